import { invalidArgument, platformWorld, throwIfAborted, type World } from '@holdfast/core';
import type { Broker, BrokerSubscribeOptions, Delivery } from '../outbox/broker.ts';
import { checkConsumer, checkMessage, checkParked, checkSubscribe } from '../outbox/check-message.ts';
import type { Message, ParkedOptions, ParkedPage } from '../outbox/message.ts';
import { brokerClosed } from '../outbox/message-errors.ts';
import { ConsumerQueue } from './consumer-queue.ts';
import { MemorySubscription } from './memory-subscription.ts';
import { MessageLog } from './message-log.ts';

export interface MemoryBrokerOptions {
  /** Default the platform's. */
  readonly world?: World | undefined;
  /**
   * Messages that are kept. Then the oldest goes, unless a consumer has not had it: publishing fails with
   * BROKER_UNAVAILABLE until it has. As many may be parked for a consumer; then the oldest of those goes. Default 100,000.
   */
  readonly keptMax?: number | undefined;
}

/** A broker in this process: for tests, and where all services are in one process. It forgets all when that ends. */
export interface MemoryBroker extends Broker {
  /** Another client of the same broker. */
  client(): MemoryBroker;
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function memoryBroker({
  world = platformWorld(),
  keptMax = 100_000,
}: MemoryBrokerOptions = {}): MemoryBroker {
  if (!(Number.isSafeInteger(keptMax) && keptMax >= 1)) {
    throw invalidArgument('keptMax', keptMax, 'a whole number from 1');
  }
  return new MemoryBrokerClient(new MessageLog(keptMax), world, new Set());
}

class MemoryBrokerClient implements MemoryBroker {
  readonly #log: MessageLog;
  readonly #world: World;
  /** Of the same broker, as long as they are open. */
  readonly #clients: Set<MemoryBrokerClient>;
  readonly #subscriptions = new Set<MemorySubscription>();

  constructor(log: MessageLog, world: World, clients: Set<MemoryBrokerClient>) {
    this.#log = log;
    this.#world = world;
    this.#clients = clients;
    clients.add(this);
  }

  client(): MemoryBroker {
    return new MemoryBrokerClient(this.#log, this.#world, this.#clients);
  }

  async publish(message: Message, signal?: AbortSignal): Promise<void> {
    checkMessage(message);
    throwIfAborted(signal, 'publish');
    this.#checkOpen();
    const { headers, body } = message;
    this.#log.add({ ...message, headers: { ...headers }, body: body.slice() });
  }

  subscribe(options: BrokerSubscribeOptions): AsyncIterableIterator<Delivery> {
    const checked = checkSubscribe(options);
    this.#checkOpen();
    const queue = this.#consumer(checked.consumer) ?? new ConsumerQueue(this.#log, this.#world, checked);
    queue.options = checked;
    this.#log.consumers.set(checked.consumer, queue);
    const left = (subscription: MemorySubscription): void => {
      this.#subscriptions.delete(subscription);
    };
    const subscription = new MemorySubscription(queue, options.signal, left);
    this.#subscriptions.add(subscription);
    return subscription.open();
  }

  async parked(consumer: string, options: ParkedOptions = {}): Promise<ParkedPage> {
    checkParked(options);
    const { after, limit = 100 } = options;
    const all = [...(this.#consumer(consumer)?.parked.values() ?? [])];
    const begin = after === undefined ? 0 : all.findIndex(({ message: { id } }) => id === after) + 1;
    const parked = all.slice(begin, begin + limit);
    return { parked, next: begin + limit < all.length ? parked.at(-1)!.message.id : undefined };
  }

  async retry(consumer: string, id: string): Promise<boolean> {
    return this.#consumer(consumer)?.retry(id) ?? false;
  }

  async discard(consumer: string, id: string): Promise<boolean> {
    return this.#consumer(consumer)?.parked.delete(id) ?? false;
  }

  async close(): Promise<void> {
    if (!this.#clients.delete(this)) return;
    for (const subscription of this.#subscriptions) subscription.fail(brokerClosed());
    if (this.#clients.size > 0) return;
    for (const queue of this.#log.consumers.values()) queue.stop();
  }

  #consumer(name: string): ConsumerQueue | undefined {
    checkConsumer(name);
    this.#checkOpen();
    return this.#log.consumers.get(name);
  }

  #checkOpen(): void {
    if (!this.#clients.has(this)) throw brokerClosed();
  }
}
