/** What the log holds: a client opens a session, or does something within it. */
export type Command = OpenSession | SessionCommand;

/** The session's number is the index of this command in the log (Ongaro, dissertation, 6.3). */
export interface OpenSession {
  readonly kind: 'open-session';
}

export interface SessionCommand {
  readonly kind: 'session-command';
  readonly session: number;
  /** Counts the commands of the session, from 1. A retry has the number of what it retries. */
  readonly sequence: number;
  readonly change: KeyValueChange;
}

/** The value of a key that is not there is null. */
export type KeyValueChange =
  | { readonly kind: 'put'; readonly key: string; readonly value: number }
  | {
      readonly kind: 'cas';
      readonly key: string;
      readonly expected: number | null;
      readonly value: number;
    };

/** What the state machine says to a command. */
export type Answer =
  | { readonly kind: 'session-opened'; readonly session: number }
  | { readonly kind: 'put' }
  | { readonly kind: 'cas'; readonly swapped: boolean }
  /** The session is not there (any more): the command was not executed. */
  | { readonly kind: 'session-expired' }
  /** A later command of the session came first: the command was not executed now. */
  | { readonly kind: 'overtaken' };

export function encodeCommand(command: Command): string {
  return JSON.stringify(command);
}

const recentMax = 64;
const recent: { readonly text: string; readonly command: Command }[] = [];

/** All members apply a command at about the same time: the one at `index` is decoded once, while it is recent. */
export function decodeCommand(text: string, index: number): Command {
  const place = index % recentMax;
  const known = recent[place];
  if (known?.text === text) return known.command;
  const command = JSON.parse(text) as Command;
  recent[place] = { text, command };
  return command;
}
