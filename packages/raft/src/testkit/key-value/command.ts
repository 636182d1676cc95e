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

export function decodeCommand(text: string): Command {
  return JSON.parse(text) as Command;
}
