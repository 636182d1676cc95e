import {
  type AbortSubscriber,
  type Duration,
  offAbort,
  onAbort,
  toAbortError,
  toMicros,
} from '@holdfast/core';
import type { Delivery } from '../outbox/broker.ts';
import type { ConsumerQueue, Outstanding, Taker } from './consumer-queue.ts';

type Result = IteratorResult<Delivery, undefined>;

const done: Result = Object.freeze({ done: true, value: undefined });

interface Waiter extends Taker {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** A consumer's subscription: takes a message when it is asked for one. */
export class MemorySubscription implements AsyncIterableIterator<Delivery>, AbortSubscriber {
  abortSlot = -1;
  readonly #queue: ConsumerQueue;
  readonly #signal: AbortSignal | undefined;
  readonly #left: (subscription: MemorySubscription) => void;
  readonly #waiters = new Set<Waiter>();
  #ended = false;
  /** Why it ended, until somebody has been told. */
  #failure: { readonly error: unknown } | undefined;

  constructor(
    queue: ConsumerQueue,
    signal: AbortSignal | undefined,
    left: (subscription: MemorySubscription) => void,
  ) {
    this.#queue = queue;
    this.#signal = signal;
    this.#left = left;
  }

  open(): this {
    if (this.#signal !== undefined) onAbort(this.#signal, this);
    return this;
  }

  next(): Promise<Result> {
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      this.#failure = undefined;
      return Promise.reject(error);
    }
    if (this.#ended) return Promise.resolve(done);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        resolve,
        reject,
        take: (outstanding) => {
          this.#waiters.delete(waiter);
          resolve({ done: false, value: new MemoryDelivery(this.#queue, outstanding) });
        },
      };
      this.#waiters.add(waiter);
      this.#queue.takers.add(waiter);
      this.#queue.deliver();
    });
  }

  return(): Promise<Result> {
    this.#failure = undefined;
    if (!this.#ended) this.#end();
    return Promise.resolve(done);
  }

  /** Ends it with an error, which the next call of `next` gets. */
  fail(error: unknown): void {
    if (this.#ended) return;
    const [first] = this.#waiters;
    if (first === undefined) this.#failure = { error };
    first?.reject(error);
    this.#end();
  }

  onAbort(reason: unknown): void {
    this.fail(toAbortError(reason, 'subscribe'));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    this.#ended = true;
    if (this.#signal !== undefined) offAbort(this.#signal, this);
    for (const waiter of this.#waiters) {
      this.#queue.takers.delete(waiter);
      waiter.resolve(done);
    }
    this.#waiters.clear();
    this.#left(this);
  }
}

/** One delivery of a message: settled once, and only while no later one of it is under way. */
class MemoryDelivery implements Delivery {
  readonly message: Delivery['message'];
  readonly attempt: number;
  readonly #queue: ConsumerQueue;
  readonly #outstanding: Outstanding;
  #settled = false;

  constructor(queue: ConsumerQueue, outstanding: Outstanding) {
    this.#queue = queue;
    this.#outstanding = outstanding;
    this.message = outstanding.message;
    this.attempt = outstanding.attempt;
  }

  async ack(): Promise<void> {
    if (this.#settles()) this.#queue.acknowledge(this.#outstanding);
  }

  async nak(reason: string, delay: Duration = 0): Promise<void> {
    const micros = toMicros(delay, 'delay');
    if (this.#settles()) this.#queue.refuse(this.#outstanding, reason, micros);
  }

  async park(reason: string): Promise<void> {
    if (this.#settles()) this.#queue.park(this.#outstanding, reason);
  }

  #settles(): boolean {
    const { delivered, attempt } = this.#outstanding;
    const first = !this.#settled && delivered && attempt === this.attempt;
    this.#settled = true;
    return first;
  }
}
