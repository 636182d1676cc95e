import { sleep } from '@holdfast/core';
import type { Delivery } from '@holdfast/transactions';
import { PulledSubscription } from '@holdfast/transactions/engine';
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';

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
export class NatsSubscription extends PulledSubscription<Delivery> {
  readonly #source: MessageSource;
  readonly #asked = new Set<ConsumerMessages>();

  constructor(source: MessageSource, signal: AbortSignal | undefined) {
    super(signal);
    this.#source = source;
  }

  protected override async take(over: AbortSignal): Promise<Delivery | undefined> {
    for (let failures = 0; !over.aborted; ) {
      try {
        const delivery = await this.#receive(over);
        failures = 0;
        if (delivery === undefined) continue;
        if (!over.aborted) return delivery;
        // It came for somebody who has gone.
        await delivery.nak('its subscription was left').catch(() => {});
      } catch {
        // The server is away, or its answer is: the connection knows, and tries again by itself.
        await sleep(Math.min(50 * 2 ** failures++, 2_000), { signal: over }).catch(() => {});
      }
    }
    return undefined;
  }

  protected override left(): void {
    for (const messages of this.#asked) messages.stop();
    this.#source.left();
  }

  async #receive(over: AbortSignal): Promise<Delivery | undefined> {
    const messages = await this.#source.ask(expires);
    this.#asked.add(messages);
    try {
      // Left meanwhile: the server is not to send a message that nobody takes.
      if (over.aborted) return undefined;
      const message = await first(messages);
      return message && (await this.#source.accept(message));
    } finally {
      this.#asked.delete(messages);
      messages.stop();
    }
  }
}

async function first(messages: ConsumerMessages): Promise<JsMsg | undefined> {
  for await (const message of messages) return message;
  return undefined;
}
