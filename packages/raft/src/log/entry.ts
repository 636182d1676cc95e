import type { Configuration } from '../membership/configuration.ts';

/** One place in the replicated log. Immutable; shared by reference. */
export type Entry<Command> = CommandEntry<Command> | BlankEntry | ConfigurationEntry | WithheldEntry;

export interface CommandEntry<Command> {
  readonly kind: 'command';
  readonly index: number;
  readonly term: number;
  /** The size that its proposer named, which all limits count. */
  readonly bytes: number;
  readonly command: Command;
}

/** What a new leader appends, so that the entries of earlier terms become committed. Applying it does nothing. */
export interface BlankEntry {
  readonly kind: 'blank';
  readonly index: number;
  readonly term: number;
  readonly bytes: 0;
}

/** The whole membership from here on: in force as soon as it is in the log, committed or not. */
export interface ConfigurationEntry {
  readonly kind: 'configuration';
  readonly index: number;
  readonly term: number;
  readonly bytes: number;
  readonly configuration: Configuration;
}

/** A command as a witness keeps it: its place, without its content. */
export interface WithheldEntry {
  readonly kind: 'withheld';
  readonly index: number;
  readonly term: number;
  readonly bytes: 0;
}
