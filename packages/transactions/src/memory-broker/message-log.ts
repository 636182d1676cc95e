import type { HoldfastError } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';
import type { Message } from '../outbox/message.ts';
import type { ConsumerQueue } from './consumer-queue.ts';

/** What a memory broker keeps, for all of its clients. */
export class MessageLog {
  readonly consumers: Map<string, ConsumerQueue> = new Map();
  readonly keptMax: number;
  /** The number of the first message kept. */
  first = 1;
  readonly #messages: Message[] = [];

  constructor(keptMax: number) {
    this.keptMax = keptMax;
  }

  /** The number that the next message will have. */
  get next(): number {
    return this.first + this.#messages.length;
  }

  at(number: number): Message {
    return this.#messages[number - this.first]!;
  }

  /** @throws HoldfastError BROKER_UNAVAILABLE when there is no room, and the oldest message is still needed. */
  add(message: Message): void {
    if (this.#messages.length === this.keptMax) {
      for (const [name, consumer] of this.consumers)
        if (consumer.needs(this.first)) throw full(name, this.keptMax);
      this.#messages.shift();
      this.first++;
    }
    this.#messages.push(message);
    for (const consumer of this.consumers.values()) consumer.deliver();
  }
}

function full(consumer: string, keptMax: number): HoldfastError {
  return transactionErrors.create('BROKER_UNAVAILABLE', {
    message: `the broker keeps ${keptMax} messages, as many as may (keptMax), and consumer ${consumer} has not had the oldest`,
    context: { consumer, keptMax },
  });
}
