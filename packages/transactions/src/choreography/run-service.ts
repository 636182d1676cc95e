import {
  asHoldfastError,
  type Duration,
  invalidArgument,
  platformWorld,
  sleep,
  toMicros,
  toMillis,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import type { Broker, BrokerSubscribeOptions, Delivery } from '../outbox/broker.ts';
import type { Inbox } from '../outbox/inbox.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Transactor } from '../outbox/transactor.ts';
import { type RelayOptions, startRelay } from '../relay/relay.ts';
import type { ChoreographedService, Choreography } from './choreography.ts';
import { reactTo, type ServiceBooks, timeOut } from './react.ts';
import { eventTopics, timerTopic, toEvent, toTimer } from './saga-event.ts';

export interface RunServiceOptions<Transaction> {
  readonly choreography: Choreography;
  readonly service: ChoreographedService<Transaction>;
  readonly broker: Broker;
  /** The service's database. */
  readonly transactor: Transactor<Transaction>;
  readonly inbox: Inbox<Transaction>;
  readonly outbox: Outbox<Transaction>;
  /** Events that it deals with at once, 1 to 1,000. Default 64. */
  readonly inFlightMax?: number | undefined;
  /** Attempts after which an event is parked at the broker. Default 10. */
  readonly deliveriesMax?: number | undefined;
  /** A reaction that takes longer is made twice at once, and one of the two is rolled back. Default '30s'. */
  readonly settleWithin?: Duration | undefined;
  /** Before a second attempt; doubled with each further one, up to '30s'. Default '100ms'. */
  readonly delay?: Duration | undefined;
  /** How long it remembers what it has done about a saga: no saga may take longer. Default '30d'. */
  readonly rememberFor?: Duration | undefined;
  /** Of the relay of its outbox; false where one runs elsewhere. */
  readonly relay?: Omit<RelayOptions, 'outbox' | 'broker' | 'world' | 'onFailure'> | false | undefined;
  /** Hears of reactions and publications that failed, before they are tried again. Default nobody does. */
  readonly onFailure?: ((error: unknown, message: Delivery['message'] | undefined) => void) | undefined;
  /** Default the platform's. */
  readonly world?: World | undefined;
}

/** A service of a choreography at work. */
export interface RunningService {
  /** Stops after what is under way. Nothing of it is left running. */
  close(): Promise<void>;
}

const delayMax = 30_000_000;

/**
 * Runs a service: it takes the events of the choreography, does its reactions, and publishes what they emit. Any number of
 * processes may run one, on one database.
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function runService<Transaction>(options: RunServiceOptions<Transaction>): RunningService {
  const { choreography, service, broker, outbox, relay, world = platformWorld(), onFailure } = options;
  if (!choreography.services.some(({ name }) => name === service.name)) {
    throw invalidArgument('service', service.name, `one of the services of ${choreography.name}`);
  }
  const delay = toPositiveMicros(options.delay ?? '100ms', 'delay');
  const books: ServiceBooks<Transaction> = { ...options, choreography: choreography.name, world };
  const rememberFor = toMillis(toPositiveMicros(options.rememberFor ?? '30d', 'rememberFor'));
  const closing = new AbortController();
  const { inFlightMax, deliveriesMax, settleWithin } = options;
  const subscribe = (consumer: string, topic: string): BrokerSubscribeOptions => ({
    consumer: `${choreography.name}-${consumer}`,
    topic,
    inFlightMax,
    deliveriesMax,
    settleWithin,
    signal: closing.signal,
  });
  const consumer = new ServiceConsumer(options, books, delay, closing.signal);
  const running = [
    consumer.follow(subscribe(service.name, eventTopics(choreography.name)), (delivery) =>
      consumer.event(delivery),
    ),
    consumer.follow(
      subscribe(`${service.name}-timers`, timerTopic(choreography.name, service.name)),
      (delivery) => consumer.timer(delivery),
    ),
    consumer.forget(rememberFor),
  ];
  const relaying = relay === false ? undefined : startRelay({ ...relay, outbox, broker, world, onFailure });
  return {
    async close() {
      closing.abort();
      await Promise.all(running);
      await relaying?.close();
    },
  };
}

class ServiceConsumer<Transaction> {
  readonly #options: RunServiceOptions<Transaction>;
  readonly #books: ServiceBooks<Transaction>;
  readonly #delay: number;
  readonly #closing: AbortSignal;

  constructor(
    options: RunServiceOptions<Transaction>,
    books: ServiceBooks<Transaction>,
    delay: number,
    closing: AbortSignal,
  ) {
    this.#options = options;
    this.#books = books;
    this.#delay = delay;
    this.#closing = closing;
  }

  /** Deals with deliveries, as many at once as the broker gives, until it is closed. */
  async follow(
    subscription: BrokerSubscribeOptions,
    deal: (delivery: Delivery) => Promise<void>,
  ): Promise<void> {
    const underWay = new Set<Promise<void>>();
    for (let failures = 0; !this.#closing.aborted; failures++) {
      try {
        for await (const delivery of this.#options.broker.subscribe(subscription)) {
          failures = 0;
          const dealing = this.#settle(delivery, deal).finally(() => underWay.delete(dealing));
          underWay.add(dealing);
        }
      } catch (error) {
        if (this.#closing.aborted) break;
        this.#options.onFailure?.(error, undefined);
        if (asHoldfastError(error).code === 'BROKER_CLOSED') break;
        await this.#pause(failures);
      }
    }
    await Promise.all(underWay);
  }

  /** Drops the notes of sagas long over, once an hour. */
  async forget(rememberFor: number): Promise<void> {
    const { inbox, onFailure } = this.#options;
    const { world } = this.#books;
    while (!this.#closing.aborted) {
      await inbox.prune(world.clock.wall() - rememberFor, this.#closing).catch((error: unknown) => {
        if (!this.#closing.aborted) onFailure?.(error, undefined);
      });
      await sleep('1h', { world, signal: this.#closing }).catch(() => {});
    }
  }

  async event(delivery: Delivery): Promise<void> {
    const { service, transactor, choreography } = this.#options;
    const event = toEvent(choreography.name, delivery.message);
    if (event === undefined) return delivery.park('it is no event of the choreography');
    await transactor.transact((transaction) => reactTo(service, this.#books, transaction, event));
    return delivery.ack();
  }

  async timer(delivery: Delivery): Promise<void> {
    const { service, transactor } = this.#options;
    const timer = toTimer(delivery.message);
    await transactor.transact((transaction) => timeOut(service, this.#books, transaction, timer));
    return delivery.ack();
  }

  /** What fails is delivered again: also an acknowledgement that is lost, whose copy is then known. */
  async #settle(delivery: Delivery, deal: (delivery: Delivery) => Promise<void>): Promise<void> {
    try {
      await deal(delivery);
    } catch (error) {
      this.#options.onFailure?.(error, delivery.message);
      const delay = Math.min(this.#delay * 2 ** Math.min(delivery.attempt - 1, 30), delayMax);
      await delivery.nak(asHoldfastError(error).message, `${delay}us`).catch((failure: unknown) => {
        this.#options.onFailure?.(failure, delivery.message);
      });
    }
  }

  async #pause(failures: number): Promise<void> {
    const micros = Math.min(this.#delay * 2 ** Math.min(failures, 30), toMicros(`${delayMax}us`));
    await sleep(`${micros}us`, { world: this.#books.world, signal: this.#closing }).catch(() => {});
  }
}
