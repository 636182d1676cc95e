import {
  type AbortSubscriber,
  type HoldfastError,
  offAbort,
  onAbort,
  sleep,
  toAbortError,
} from '@holdfast/core';
import type { Delivery } from '@holdfast/transactions';
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';

type Result = IteratorResult<Delivery, undefined>;

const done: Result = Object.freeze({ done: true, value: undefined });

/** Milliseconds that the server waits for a message before it is asked again. */
const expires = 5_000;

/** What a subscription asks the server for. */
export interface MessageSource {
  /** Asks for one message. @throws when the server cannot be asked now. */
  ask(expires: number): Promise<ConsumerMessages>;
  /** A delivery of what has come; undefined when there is nothing to deliver, as when it was parked. */
  accept(message: JsMsg): Promise<Delivery | undefined>;
  /** Nobody listens any more. Called once. */
  left(): void;
}

/** A consumer's subscription: asks the server for a message whenever it is asked for one, and holds none back. */
export class NatsSubscription implements AsyncIterableIterator<Delivery>, AbortSubscriber {
  abortSlot = -1;
  readonly #source: MessageSource;
  readonly #signal: AbortSignal | undefined;
  readonly #over = new AbortController();
  readonly #asked = new Set<ConsumerMessages>();
  #turn: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  constructor(source: MessageSource, signal: AbortSignal | undefined) {
    this.#source = source;
    this.#signal = signal;
  }

  open(): this {
    if (this.#signal !== undefined) onAbort(this.#signal, this);
    return this;
  }

  next(): Promise<Result> {
    const result = this.#turn.then(() => this.#next());
    this.#turn = result.catch(() => {});
    return result;
  }

  return(): Promise<Result> {
    this.#failure = undefined;
    this.#end();
    return Promise.resolve(done);
  }

  /** Ends it with an error, which the next call of `next` gets. */
  fail(error: HoldfastError): void {
    if (this.#over.signal.aborted) return;
    this.#failure = { error };
    this.#end();
  }

  onAbort(reason: unknown): void {
    this.fail(toAbortError(reason, 'subscribe'));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #next(): Promise<Result> {
    const { signal } = this.#over;
    for (let failures = 0; !signal.aborted; ) {
      try {
        const delivery = await this.#receive();
        failures = 0;
        if (delivery === undefined) continue;
        if (!signal.aborted) return { done: false, value: delivery };
        // It came for somebody who has gone.
        await delivery.nak('its subscription was left').catch(() => {});
      } catch {
        // The server is away, or its answer is: the connection knows, and tries again by itself.
        await sleep(Math.min(50 * 2 ** failures++, 2_000), { signal }).catch(() => {});
      }
    }
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
    return done;
  }

  async #receive(): Promise<Delivery | undefined> {
    const messages = await this.#source.ask(expires);
    this.#asked.add(messages);
    try {
      // Left meanwhile: the server is not to send a message that nobody takes.
      if (this.#over.signal.aborted) return undefined;
      const message = await first(messages);
      return message && (await this.#source.accept(message));
    } finally {
      this.#asked.delete(messages);
      messages.stop();
    }
  }

  #end(): void {
    if (this.#over.signal.aborted) return;
    if (this.#signal !== undefined) offAbort(this.#signal, this);
    this.#over.abort();
    for (const messages of this.#asked) messages.stop();
    this.#source.left();
  }
}

async function first(messages: ConsumerMessages): Promise<JsMsg | undefined> {
  for await (const message of messages) return message;
  return undefined;
}
