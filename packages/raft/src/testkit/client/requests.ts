import type { MemberId } from '../../membership/member-id.ts';
import type { Answer, Command } from '../key-value/command.ts';

/** What clients and joining members ask members. Raft's own messages have other kinds. */
export type Request = CommandRequest | KeyRequest | JoinRequest;

/** To have a command committed and applied. */
export interface CommandRequest {
  readonly kind: 'command-request';
  /** Which client on the host, and its number of the request: the reply repeats both. */
  readonly client: string;
  readonly id: number;
  readonly command: Command;
}

/** To read a key. */
export interface KeyRequest {
  readonly kind: 'key-request';
  readonly client: string;
  readonly id: number;
  readonly key: string;
}

/** A member whose disk was lost asks for a place. Asked again until it has one; only the leader does anything. */
export interface JoinRequest {
  readonly kind: 'join-request';
  readonly member: MemberId;
  /** Whether it is to vote once it has caught up. */
  readonly votes: boolean;
  /** Up to where it has applied the log. */
  readonly applied: number;
}

export interface Reply {
  readonly kind: 'reply';
  readonly client: string;
  readonly id: number;
  readonly outcome: ReplyOutcome;
}

export type ReplyOutcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'value'; readonly value: number | null }
  /** Nothing happened at this member; `leader` is the host to ask, if it knows. */
  | { readonly kind: 'refused'; readonly leader: string | undefined };

export function isRequest(message: { readonly kind: string }): message is Request {
  return requestKinds.has(message.kind);
}

const requestKinds: ReadonlySet<string> = new Set(['command-request', 'key-request', 'join-request']);
