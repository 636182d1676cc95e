import { type Duration, type Random, sleep, toMicros, type World } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';
import type { Broker, Delivery } from '../outbox/broker.ts';
import type { Message } from '../outbox/message.ts';

export interface TroubledBrokerOptions {
  readonly world: World;
  /** Of what goes wrong. */
  readonly random: Random;
  /** Share of messages that the broker keeps twice, from 0 to 1. Default 0.1. */
  readonly duplicated?: number | undefined;
  /** Share of messages that others overtake. Default 0.1. */
  readonly delayed?: number | undefined;
  /** Share of calls whose answer is lost, or that do not arrive at all. Default 0.1. */
  readonly lost?: number | undefined;
  /** The longest a delayed message is under way. Default '5s'. */
  readonly delayMax?: Duration | undefined;
}

/**
 * `broker` as it may be at its worst, for tests of services: it duplicates messages, lets them overtake each other, and
 * loses calls and answers. What it has taken it delivers all the same.
 */
export function troubledBroker(
  broker: Broker,
  { world, random, duplicated = 0.1, delayed = 0.1, lost = 0.1, delayMax = '5s' }: TroubledBrokerOptions,
): Broker {
  const delay = (): Duration => `${random.below(toMicros(delayMax) + 1)}us`;
  const unavailable = (): Error =>
    transactionErrors.create('BROKER_UNAVAILABLE', { message: 'the broker gave no answer' });
  const keep = async (message: Message): Promise<void> => {
    if (random.float() >= delayed) return broker.publish(message);
    // It has taken the message, and delivers it when others have gone before.
    void sleep(delay(), { world }).then(() => broker.publish(message).catch(() => {}));
  };
  const answer = async (call: () => Promise<void>): Promise<void> => {
    if (random.float() < lost / 2) throw unavailable();
    await call();
    if (random.float() < lost / 2) throw unavailable();
  };
  const troubled = (delivery: Delivery): Delivery => ({
    message: delivery.message,
    attempt: delivery.attempt,
    ack: () => answer(() => delivery.ack()),
    nak: (reason, after) => answer(() => delivery.nak(reason, after)),
    park: (reason) => delivery.park(reason),
  });
  return {
    publish: (message) =>
      answer(async () => {
        await keep(message);
        if (random.float() < duplicated) await keep(message);
      }),
    subscribe: (options) => {
      const deliveries = broker.subscribe(options);
      return {
        async next() {
          const result = await deliveries.next();
          return result.done === true ? result : { done: false, value: troubled(result.value) };
        },
        return: async () => deliveries.return?.() ?? { done: true, value: undefined },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
    parked: (consumer, options) => broker.parked(consumer, options),
    retry: (consumer, id) => broker.retry(consumer, id),
    discard: (consumer, id) => broker.discard(consumer, id),
    close: () => broker.close(),
  };
}
