import { type Duration, invalidArgument, throwIfAborted, toPositiveMicros } from '@holdfast/core';
import type {
  Broker,
  BrokerSubscribeOptions,
  Delivery,
  Message,
  ParkedOptions,
  ParkedPage,
} from '@holdfast/transactions';
import {
  brokerClosed,
  type CheckedSubscription,
  checkConsumer,
  checkMessage,
  checkParked,
  checkSubscribe,
  unlessAborted,
} from '@holdfast/transactions/engine';
import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  jetstreamManager,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { NatsDelivery } from './nats-delivery.ts';
import { natsFailure } from './nats-failure.ts';
import { NatsSubscription } from './nats-subscription.ts';
import { ParkingLot } from './parking-lot.ts';
import { ensureStream } from './streams.ts';
import { fromWire, toHeaders } from './wire-message.ts';

export interface NatsBrokerOptions {
  /**
   * Yours: you connect it, listen to its status and close it. Let it reconnect for ever (`maxReconnectAttempts: -1`), so
   * that subscriptions outlive a server that is away.
   */
  readonly connection: NatsConnection;
  /**
   * Letters, digits, `-` and `_`; 32 characters at most. The stream of that name has the subjects that begin with it, and a
   * second one, with `-parked` behind it, the parked messages. Default 'holdfast'.
   */
  readonly stream?: string | undefined;
  /** How long messages are kept, whether consumers have had them or not. Default '7d'. */
  readonly maxAge?: Duration | undefined;
  /** Bytes that are kept in each stream; with no room, publishing fails with BROKER_UNAVAILABLE. Default 1 GiB. */
  readonly maxBytes?: number | undefined;
  /** Copies of a message that come within it are dropped by the server. Default '2m'. */
  readonly duplicateWindow?: Duration | undefined;
  /** Servers of a cluster that keep each message, 1 to 5. Default 1. */
  readonly replicas?: number | undefined;
}

/**
 * A broker on NATS JetStream, 2.9 or newer. Its streams are made if they are not there; those that are stay as they are.
 *
 * @throws HoldfastError INVALID_ARGUMENT; BROKER_UNAVAILABLE.
 */
export async function natsBroker(options: NatsBrokerOptions): Promise<Broker> {
  const { connection, stream = 'holdfast', maxBytes = 2 ** 30, replicas = 1 } = options;
  const { maxAge = '7d', duplicateWindow = '2m' } = options;
  if (!/^[\w-]{1,32}$/.test(stream))
    throw invalidArgument('stream', stream, '1 to 32 letters, digits, - and _');
  if (!(Number.isSafeInteger(maxBytes) && maxBytes >= 1)) {
    throw invalidArgument('maxBytes', maxBytes, 'a whole number from 1');
  }
  if (!(Number.isSafeInteger(replicas) && replicas >= 1 && replicas <= 5)) {
    throw invalidArgument('replicas', replicas, 'a whole number from 1 to 5');
  }
  const nanos = (duration: Duration, field: string): number => toPositiveMicros(duration, field) * 1_000;
  const common = { maxBytes, replicas, duplicateWindow: nanos(duplicateWindow, 'duplicateWindow') };
  const parked = `${stream}-parked`;
  try {
    const manager = await jetstreamManager(connection);
    await ensureStream(manager, {
      ...common,
      name: stream,
      subject: `${stream}.>`,
      maxAge: nanos(maxAge, 'maxAge'),
    });
    await ensureStream(manager, { ...common, name: parked, subject: `${parked}.*`, maxAge: 0 });
    return new NatsBroker(manager, stream, new ParkingLot(manager, parked, parked));
  } catch (error) {
    throw natsFailure(`making the stream ${stream}`, error);
  }
}

class NatsBroker implements Broker {
  readonly #manager: JetStreamManager;
  readonly #client: JetStreamClient;
  readonly #stream: string;
  readonly #parking: ParkingLot;
  readonly #subscriptions = new Set<NatsSubscription>();
  #closed = false;

  constructor(manager: JetStreamManager, stream: string, parking: ParkingLot) {
    this.#manager = manager;
    this.#client = manager.jetstream();
    this.#stream = stream;
    this.#parking = parking;
  }

  async publish(message: Message, signal?: AbortSignal): Promise<void> {
    checkMessage(message);
    await this.#call(`publishing message ${message.id}`, 'publish', signal, () =>
      this.#client.publish(this.#subject(message.topic), message.body, { headers: toHeaders(message) }),
    );
  }

  subscribe(options: BrokerSubscribeOptions): AsyncIterableIterator<Delivery> {
    const checked = checkSubscribe(options);
    this.#checkOpen();
    let consumer: Promise<Consumer> | undefined;
    const subscription = new NatsSubscription(
      {
        ask: async (expires) => {
          consumer ??= this.#consumer(checked);
          try {
            return await (await consumer).fetch({ max_messages: 1, expires });
          } catch (error) {
            // Made anew: a server that was away may have forgotten it.
            consumer = undefined;
            throw error;
          }
        },
        accept: (message) => this.#accept(message, checked),
        left: () => this.#subscriptions.delete(subscription),
      },
      options.signal,
    );
    this.#subscriptions.add(subscription);
    return subscription.open();
  }

  parked(consumer: string, options: ParkedOptions = {}): Promise<ParkedPage> {
    checkConsumer(consumer);
    checkParked(options);
    return this.#call('reading parked messages', 'parked', options.signal, () =>
      this.#parking.list(consumer, options),
    );
  }

  retry(consumer: string, id: string, signal?: AbortSignal): Promise<boolean> {
    checkConsumer(consumer);
    return this.#call(`retrying message ${id}`, 'retry', signal, async () => {
      const found = await this.#parking.find(consumer, id, signal);
      if (found === undefined) return false;
      const { message, sequence } = found;
      // Unlike the first time, so that the server does not take it for a copy; the same if this is repeated.
      const written = toHeaders(message, `${id}/retry-${sequence}`);
      await this.#client.publish(this.#subject(message.topic), message.body, { headers: written });
      return this.#parking.remove(sequence);
    });
  }

  discard(consumer: string, id: string, signal?: AbortSignal): Promise<boolean> {
    checkConsumer(consumer);
    return this.#call(`discarding message ${id}`, 'discard', signal, async () => {
      const found = await this.#parking.find(consumer, id, signal);
      return found !== undefined && this.#parking.remove(found.sequence);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const subscription of this.#subscriptions) subscription.fail(brokerClosed());
  }

  /** Makes the durable consumer, or takes these options over to it. */
  async #consumer({ consumer, topic, inFlightMax, settleWithin }: CheckedSubscription): Promise<Consumer> {
    await this.#manager.consumers.add(this.#stream, {
      durable_name: consumer,
      filter_subject: this.#subject(topic),
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: settleWithin * 1_000,
      max_ack_pending: inFlightMax,
      // Counted here, so that what is delivered too often is parked and not just left.
      max_deliver: -1,
    });
    return this.#client.consumers.get(this.#stream, consumer);
  }

  async #accept(wire: JsMsg, subscription: CheckedSubscription): Promise<Delivery | undefined> {
    const topic = wire.subject.slice(this.#stream.length + 1);
    const message = fromWire(topic, wire.headers, wire.data) ?? {
      id: `${this.#stream}/${wire.seq}`,
      topic,
      body: wire.data,
    };
    const delivery = new NatsDelivery(message, wire, subscription, this.#parking);
    if (delivery.attempt <= subscription.deliveriesMax) return delivery;
    await delivery.park('it was not settled in time');
    return undefined;
  }

  #subject(topic: string): string {
    return `${this.#stream}.${topic}`;
  }

  async #call<Value>(
    doing: string,
    operation: string,
    signal: AbortSignal | undefined,
    call: () => Promise<Value>,
  ): Promise<Value> {
    throwIfAborted(signal, operation);
    this.#checkOpen();
    try {
      return await unlessAborted(call(), operation, signal);
    } catch (error) {
      throw natsFailure(doing, error);
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw brokerClosed();
  }
}
