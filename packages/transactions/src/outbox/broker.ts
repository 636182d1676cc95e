import type { Duration } from '@holdfast/core';
import type { Message, ParkedOptions, ParkedPage } from './message.ts';

/**
 * Carries messages from publishers to consumers, each at least once: in memory, or NATS JetStream. Copies happen, and so do
 * other orders, unless a subscription takes one at a time.
 *
 * Calls fail with BROKER_UNAVAILABLE (a message may have been taken: publish it again under its id), BROKER_REFUSED (it
 * never takes it as it is), BROKER_CLOSED, ABORTED, or INVALID_ARGUMENT.
 */
export interface Broker {
  /** Resolves once the broker keeps the message. A copy that follows within its window of duplicates may be dropped. */
  publish(message: Message, signal?: AbortSignal): Promise<void>;
  /**
   * The messages of a topic for a consumer. A consumer is durable: it begins with the messages kept when it first
   * subscribes, and then has a place of its own, whoever is subscribed. Several subscriptions of one consumer share its
   * messages and have the same options; where they differ, the latest ones hold. Goes on through lost connections until it is left, its signal aborts, or the broker is closed: then `next`
   * fails with ABORTED or BROKER_CLOSED.
   */
  subscribe(options: BrokerSubscribeOptions): AsyncIterableIterator<Delivery>;
  /** Messages that a consumer could not deal with. */
  parked(consumer: string, options?: ParkedOptions): Promise<ParkedPage>;
  /** Delivers a parked message to its consumer anew; others may get a copy. False when there is none of that id. */
  retry(consumer: string, id: string, signal?: AbortSignal): Promise<boolean>;
  /** Drops a parked message. False when there is none of that id. */
  discard(consumer: string, id: string, signal?: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

export interface BrokerSubscribeOptions {
  /** Letters, digits, `-` and `_`; 64 characters at most. */
  readonly consumer: string;
  /** As in a message; `*` stands for one word, `>` at the end for one or more. */
  readonly topic: string;
  /**
   * Deliveries to the consumer that are not acknowledged or parked yet, 1 to 1,000. With 1 they come in the order of
   * publication. Default 64.
   */
  readonly inFlightMax?: number | undefined;
  /** A delivery that is not settled within it is made again. Default '30s'. */
  readonly settleWithin?: Duration | undefined;
  /** Then a message is parked. Default 10. */
  readonly deliveriesMax?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A message that waits to be settled, by one of its three methods; the first call counts. */
export interface Delivery {
  readonly message: Message;
  /** 1 for the first delivery of the message to this consumer. */
  readonly attempt: number;
  /** The consumer has dealt with it. Resolves once the broker knows; if it fails, the message may come again. */
  ack(): Promise<void>;
  /** It is to come again, after `delay` (default at once), or is parked if it has come often enough. */
  nak(reason: string, delay?: Duration): Promise<void>;
  /** It is of no use to come again. */
  park(reason: string): Promise<void>;
}
