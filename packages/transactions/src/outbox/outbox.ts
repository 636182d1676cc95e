import type { Duration, Unsubscribe } from '@holdfast/core';
import type { Message, ParkedOptions, ParkedPage } from './message.ts';

/**
 * Messages to publish, written in the transaction that they tell of: they are published if it commits, and only then. At
 * least once, by relays, of which several may be at work.
 *
 * Messages of one key are published in the order of their transactions, where one committed before the other began. A
 * message that has to wait or is parked holds up those behind it of its key, and no others.
 */
export interface Outbox<Transaction> {
  /**
   * Adds messages. An id that the outbox still has is refused with the transaction.
   *
   * @throws HoldfastError INVALID_ARGUMENT.
   */
  enqueue(transaction: Transaction, messages: readonly OutgoingMessage[]): Promise<void>;
  /**
   * Takes messages to publish, for a while: until they are settled or `lease` is over, no other claim gets them, nor others
   * of their keys. Those of one key come in order. What was committed is claimed, however long its transaction took.
   */
  claim(options: ClaimOptions): Promise<OutboxClaim>;
  /**
   * Says what came of claimed messages, all in one transaction. What is said of a message that another claim has got
   * meanwhile is ignored. Messages that are not named stay claimed.
   */
  settle(claim: OutboxClaim, outcomes: readonly OutboxOutcome[], signal?: AbortSignal): Promise<void>;
  /** Tells of messages that may be there to claim. It may miss some, as over a lost connection: relays look anyway. */
  onEnqueued(listener: () => void): Unsubscribe;
  parked(options?: ParkedOptions): Promise<ParkedPage>;
  /** Puts a parked message back in its place. False when there is none of that id. */
  retry(id: string, signal?: AbortSignal): Promise<boolean>;
  /** Drops a parked message, so that those behind it go on. False when there is none of that id. */
  discard(id: string, signal?: AbortSignal): Promise<boolean>;
  /** Of messages that are not published yet. */
  backlog(signal?: AbortSignal): Promise<OutboxBacklog>;
}

export interface OutgoingMessage extends Message {
  /** It is claimed no earlier: wall-clock milliseconds since the Unix epoch. With a key, it holds up those behind it. */
  readonly notBefore?: number | undefined;
}

export interface ClaimOptions {
  /** Messages at most, 1 to 1,000. */
  readonly limit: number;
  readonly lease: Duration;
  readonly signal?: AbortSignal | undefined;
}

export interface OutboxClaim {
  /** Unlike that of any other claim. */
  readonly token: string;
  readonly messages: readonly ClaimedMessage[];
  /** Milliseconds after which more may be there to claim: a retry is due or a lease is over. Undefined: nothing waits. */
  readonly again: number | undefined;
}

export interface ClaimedMessage {
  readonly message: Message;
  /** With this one. */
  readonly attempts: number;
}

/**
 * `published`: it is gone. `released`: it was not tried, so that this attempt does not count, and may be claimed at once.
 * `retry`: it is claimed again after `delay` milliseconds.
 */
export type OutboxOutcome =
  | { readonly id: string; readonly kind: 'published' | 'released' }
  | { readonly id: string; readonly kind: 'retry'; readonly delay: number; readonly reason: string }
  | { readonly id: string; readonly kind: 'parked'; readonly reason: string };

export interface OutboxBacklog {
  /** With those claimed. */
  readonly waiting: number;
  readonly parked: number;
  /** Milliseconds since the oldest one waiting was enqueued; undefined when there is none. */
  readonly oldestAge: number | undefined;
}
