/** What a client asks for: it opens a session, or does something within it. */
export type Command = OpenSession | SessionCommand;

/** The session's number is the index of this command in the log (Ongaro, dissertation, 6.3). */
export interface OpenSession {
  readonly kind: 'open-session';
  /** The session of this client that ends thereby; null for none. */
  readonly instead: number | null;
}

export interface SessionCommand {
  readonly kind: 'session-command';
  readonly session: number;
  /** Counts the commands of the session, from 1. A retry has the number of what it retries. */
  readonly sequence: number;
  /** Nobody waits for the answers to commands below this any more. */
  readonly answeredBelow: number;
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
  | ChangeAnswer
  /** It was not executed now, and nobody knows by that whether it was before. */
  | { readonly kind: 'session-ended' }
  | { readonly kind: 'answered' }
  | { readonly kind: 'too-many' };

export type ChangeAnswer = { readonly kind: 'put' } | { readonly kind: 'cas'; readonly swapped: boolean };

/** What the log holds: a command, and when it was proposed by the proposer's clock, which makes sessions end. */
export interface LoggedCommand {
  readonly time: number;
  readonly command: Command;
}

export function encodeCommand(command: Command, time: number): string {
  return JSON.stringify({ time, command } satisfies LoggedCommand);
}

const recentMax = 64;
const recent: { readonly text: string; readonly logged: LoggedCommand }[] = [];

/** All members apply a command at about the same time: the one at `index` is decoded once, while it is recent. */
export function decodeCommand(text: string, index: number): LoggedCommand {
  const place = index % recentMax;
  const known = recent[place];
  if (known?.text === text) return known.logged;
  const logged = JSON.parse(text) as LoggedCommand;
  recent[place] = { text, logged };
  return logged;
}
