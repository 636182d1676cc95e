import { ManualWorld, sleep } from '@holdfast/core';
import { type Journal, JournalMemory, openMemoryJournal } from '@holdfast/storage';
import {
  type Broker,
  type Delivery,
  type EmbeddedDatabase,
  memoryBroker,
  openEmbeddedDatabase,
  type RelayOptions,
  startRelay,
} from '../../src/index.ts';

const never: Promise<never> = new Promise(() => {});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface MortalOptions {
  /** Relays at once. Default 1. */
  readonly relays?: number;
  readonly relay?: Partial<RelayOptions>;
  /** What the services see of the broker. Default all of it. */
  readonly trouble?: (broker: Broker, world: ManualWorld) => Broker;
  /** Messages that the producer sends in one life. Default 3. */
  readonly messages?: number;
}

/**
 * A producer with an outbox, relays, and a consumer with an inbox, in a process that dies at any of their boundaries:
 * before and after each commit, publication and acknowledgement. The journals and the broker live on.
 */
export class MortalServices {
  readonly world: ManualWorld = new ManualWorld();
  /** Boundaries that the process has passed. */
  boundaries = 0;
  /** Transactions of the producer that were acknowledged, and that were begun. */
  accepted = 0;
  asked = 0;
  readonly #options: MortalOptions;
  readonly #journals = { producer: new JournalMemory(), consumer: new JournalMemory() };
  readonly #server = memoryBroker({ world: this.world });
  #life = 0;

  constructor(options: MortalOptions = {}) {
    this.#options = options;
  }

  /** A new process, which dies at its `last`-th boundary. Whether its work came to an end before. */
  async live(last: number): Promise<boolean> {
    const life = ++this.#life;
    this.boundaries = 0;
    let die = (): void => {};
    const death = new Promise<boolean>((resolve) => {
      die = () => resolve(false);
    });
    const boundary = (): Promise<void> | undefined => {
      if (life !== this.#life) return never;
      if (++this.boundaries < last) return undefined;
      this.#life++;
      die();
      return never;
    };
    const step = async <Value>(call: () => Promise<Value>): Promise<Value> => {
      await boundary();
      const value = await call();
      await boundary();
      return value;
    };
    const pause = async (): Promise<void> => {
      await sleep('20ms', { world: this.world });
      if (life !== this.#life) await never;
    };
    return this.#settled(Promise.race([this.#work(step, pause).then(() => true), death]));
  }

  /** What went wrong: nothing, when all that was committed has arrived once and in order, and nothing else. */
  async verdict(): Promise<string[]> {
    const problems: string[] = [];
    const database = await openEmbeddedDatabase({
      journal: await openMemoryJournal({ memory: this.#journals.consumer }),
      world: this.world,
    });
    const applied = await database.transact(async (transaction) =>
      Array.from(transaction.rows('applied'), ([, id]) => id as string),
    );
    const sent = await this.#sent();
    if (sent < this.accepted) problems.push(`${this.accepted} were accepted, but ${sent} are there`);
    if (sent > this.asked) problems.push(`${this.asked} were asked for, but ${sent} are there`);
    for (const key of ['even', 'odd']) {
      const expected = Array.from({ length: sent }, (_, n) => n + 1).filter((n) => keyOf(n) === key);
      const found = applied.filter((id) => keyOf(Number(id.slice(1))) === key);
      const [is, should] = [found.join(' '), expected.map((n) => `m${n}`).join(' ')];
      if (is !== should) problems.push(`of ${key}, ${is} was applied instead of ${should}`);
    }
    if (applied.includes('ghost'))
      problems.push('a message of a transaction that was rolled back has arrived');
    return problems;
  }

  async #sent(): Promise<number> {
    const producer = await openEmbeddedDatabase({
      journal: await openMemoryJournal({ memory: this.#journals.producer }),
      world: this.world,
    });
    return producer.transact(async (transaction) => (transaction.get('sent', 'count') as number) ?? 0);
  }

  async #work(
    step: <Value>(call: () => Promise<Value>) => Promise<Value>,
    pause: () => Promise<void>,
  ): Promise<void> {
    const producer = await this.#open(this.#journals.producer, step);
    const consumer = await this.#open(this.#journals.consumer, step);
    const { world } = this;
    const { trouble = (broker: Broker) => broker, relays = 1, relay = {}, messages = 3 } = this.#options;
    const broker = mortalBroker(trouble(this.#server.client(), world), step);
    const consuming = consume(consumer, broker);
    const running = Array.from({ length: relays }, () =>
      startRelay({ outbox: producer.outbox, broker, world, delay: '10ms', ...relay }),
    );
    for (let n = 0; n < messages; n++) await this.#send(producer);
    while ((await producer.outbox.backlog()).waiting > 0) await pause();
    const last = await producer.transact(async (transaction) => transaction.get('sent', 'count') as number);
    for (let count = 0; count < last; ) {
      count = await consumer.transact(async (transaction) => [...transaction.rows('applied')].length);
      await pause();
    }
    for (const each of running) await each.close();
    await broker.close();
    await consuming;
    await producer.close();
    await consumer.close();
  }

  async #send(producer: EmbeddedDatabase): Promise<void> {
    const ghost = producer.transact(async (transaction) => {
      await producer.outbox.enqueue(transaction, [{ id: 'ghost', topic: 'sent', body: bytes('ghost') }]);
      throw new Error('rolled back');
    });
    await ghost.catch(() => {});
    const n = await producer.transact(async (transaction) => {
      const number = ((transaction.get('sent', 'count') as number) ?? 0) + 1;
      this.asked = Math.max(this.asked, number);
      transaction.put('sent', 'count', number);
      const message = { id: `m${number}`, topic: 'sent', key: keyOf(number), body: bytes(`m${number}`) };
      await producer.outbox.enqueue(transaction, [message]);
      return number;
    });
    this.accepted = n;
  }

  async #open(
    memory: JournalMemory,
    step: <Value>(call: () => Promise<Value>) => Promise<Value>,
  ): Promise<EmbeddedDatabase> {
    const journal = await openMemoryJournal({ memory });
    const append = journal.append.bind(journal);
    journal.append = ((...args) => step(() => append(...args))) satisfies Journal['append'];
    return openEmbeddedDatabase({ journal, world: this.world });
  }

  async #settled<Value>(promise: Promise<Value>): Promise<Value> {
    let over = false;
    const end = (): void => {
      over = true;
    };
    promise.then(end, end);
    for (let waited = 0; !over; waited++) {
      if (waited === 60_000) throw new Error('it hangs');
      await this.world.advance('100ms');
    }
    return promise;
  }
}

/** Messages of a key are applied in the order in which they were sent. */
function keyOf(number: number): string {
  return number % 2 === 0 ? 'even' : 'odd';
}

function mortalBroker(broker: Broker, step: <Value>(call: () => Promise<Value>) => Promise<Value>): Broker {
  const mortal = (delivery: Delivery): Delivery => ({
    ...delivery,
    ...{ message: delivery.message, attempt: delivery.attempt },
    ack: () => step(() => delivery.ack()),
    nak: (reason, delay) => step(() => delivery.nak(reason, delay)),
    park: (reason) => delivery.park(reason),
  });
  return {
    publish: (message, signal) => step(() => broker.publish(message, signal)),
    subscribe: (options) => {
      const deliveries = broker.subscribe(options);
      return {
        async next() {
          const result = await step(() => deliveries.next());
          return result.done === true ? result : { done: false, value: mortal(result.value) };
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

/** Applies each message once, in its own transaction with the note of it. */
async function consume(database: EmbeddedDatabase, broker: Broker): Promise<void> {
  const deliveries = broker.subscribe({ consumer: 'c', topic: 'sent', inFlightMax: 1, settleWithin: '1s' });
  try {
    for await (const delivery of deliveries) {
      await database.transact(async (transaction) => {
        const { id } = delivery.message;
        if ((await database.inbox.accept(transaction, 'c', id)) === 'duplicate') return;
        transaction.put('applied', `${[...transaction.rows('applied')].length}`, id);
      });
      await delivery.ack().catch(() => {});
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'BROKER_CLOSED') throw error;
  }
}
