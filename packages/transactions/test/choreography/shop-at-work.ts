import { type JsonValue, platformWorld, sleep, type World } from '@holdfast/core';
import { JournalMemory, openMemoryJournal } from '@holdfast/storage';
import {
  type Broker,
  beginSaga,
  type EmbeddedDatabase,
  openEmbeddedDatabase,
  openEventStore,
  type RunningService,
  runService,
  type SagaPosition,
  startMonitor,
} from '../../src/index.ts';
import { money, type Order, shop, units } from './shop.ts';

const never: Promise<never> = new Promise(() => {});

type Service = ReturnType<typeof shop>['services'][number];

/** A process of a service, which may be killed: nothing that it waits for comes any more. */
interface ServiceProcess {
  alive: boolean;
  readonly database: EmbeddedDatabase;
  readonly running: RunningService;
}

export interface ShopOptions {
  readonly world?: World;
  /** What a service sees of the broker. */
  readonly broker: () => Broker | Promise<Broker>;
  readonly within?: Parameters<typeof shop>[0];
}

/** The shop's services, each with a database of its own, and a monitor. */
export class ShopAtWork {
  readonly failures: unknown[] = [];
  readonly #world: World;
  readonly #options: ShopOptions;
  readonly #shop: ReturnType<typeof shop>;
  readonly #memories = new Map<string, JournalMemory>();
  readonly #processes = new Map<string, ServiceProcess>();
  readonly #placed: string[] = [];
  #monitor: ReturnType<typeof startMonitor> | undefined;

  constructor(options: ShopOptions) {
    this.#options = options;
    this.#world = options.world ?? platformWorld();
    this.#shop = shop(options.within);
  }

  get services(): readonly string[] {
    return this.#shop.services.map(({ name }) => name);
  }

  async open(): Promise<void> {
    for (const { name } of this.#shop.services) await this.start(name);
    const store = await openEventStore({ journal: await openMemoryJournal(), world: this.#world });
    const broker = await this.#options.broker();
    this.#monitor = startMonitor({
      choreography: this.#shop.choreography,
      broker,
      store,
      world: this.#world,
    });
  }

  /** A new process of a service; the one before is killed. */
  async start(name: string): Promise<void> {
    this.kill(name);
    const service = this.#shop.services.find((each) => each.name === name)!;
    const memory = this.#memories.get(name) ?? new JournalMemory();
    this.#memories.set(name, memory);
    this.#processes.set(name, await this.#process(service, memory));
  }

  kill(name: string): void {
    const process = this.#processes.get(name);
    if (process !== undefined) process.alive = false;
    void process?.running.close();
  }

  /** False when it has been placed before. */
  async place(id: string, order: Order): Promise<boolean> {
    const { database } = this.#processes.get('orders')!;
    const { inbox, outbox } = database;
    const begun = await database.transact((transaction) =>
      beginSaga(transaction, {
        choreography: this.#shop.choreography,
        inbox,
        outbox,
        service: 'orders',
        sagaId: id,
        type: 'order.placed',
        data: order as unknown as JsonValue,
        world: this.#world,
      }),
    );
    if (begun) this.#placed.push(id);
    return begun;
  }

  where(id: string): Promise<SagaPosition> {
    return this.#monitor!.where(id);
  }

  /** Waits until each saga has ended and nothing waits in an outbox. */
  async quiet(): Promise<void> {
    for (;;) {
      const positions = await Promise.all(this.#placed.map((id) => this.where(id)));
      const databases = [...this.#processes.values()].map(({ database }) => database);
      const backlogs = await Promise.all(databases.map(({ outbox }) => outbox.backlog()));
      const ended = positions.every(({ status }) => status === 'ended');
      if (ended && backlogs.every(({ waiting }) => waiting === 0)) break;
      await sleep('50ms', { world: this.#world });
    }
  }

  /** What went wrong: nothing, when each order is completed on all sides or on none, and nothing is made or lost. */
  async verdict(): Promise<{
    readonly problems: string[];
    readonly outcomes: Readonly<Record<string, number>>;
  }> {
    const problems: string[] = [];
    const outcomes: Record<string, number> = {};
    const tables = async (name: string, table: string): Promise<Map<string, JsonValue>> =>
      this.#processes.get(name)!.database.transact(async (transaction) => new Map(transaction.rows(table)));
    const stock = await tables('stock', 'stock');
    const purse = await tables('payment', 'money');
    const ends = await tables('orders', 'outcomes');
    const sum = (rows: Map<string, JsonValue>): number =>
      [...rows.values()].reduce<number>((total, value) => total + (value as number), 0);
    if (sum(stock) !== 0) problems.push('units were made or lost');
    if (sum(purse) !== 0) problems.push('money was made or lost');
    if (units + ((stock.get('shelf') as number) ?? 0) < 0) problems.push('the shelf is overdrawn');
    if (money + ((purse.get('purse') as number) ?? 0) < 0) problems.push('the purse is overdrawn');
    for (const id of this.#placed) {
      const outcome = ends.get(id) as string | undefined;
      outcomes[outcome ?? 'none'] = (outcomes[outcome ?? 'none'] ?? 0) + 1;
      const [reserved, paid] = [(stock.get(id) as number) ?? 0, (purse.get(id) as number) ?? 0];
      const whole = outcome === 'completed' ? reserved > 0 && paid > 0 : reserved === 0 && paid === 0;
      if (!whole || (outcome !== 'completed' && outcome !== 'cancelled')) {
        problems.push(`order ${id} is ${outcome}, with ${reserved} units and ${paid} paid`);
      }
      const { outcome: seen } = await this.where(id);
      if (seen !== outcome)
        problems.push(`the monitor says that order ${id} is ${seen}, but it is ${outcome}`);
    }
    return { problems, outcomes };
  }

  async close(): Promise<void> {
    for (const { running, alive } of this.#processes.values()) if (alive) await running.close();
    await this.#monitor?.close();
    for (const { database } of this.#processes.values()) await database.close();
  }

  async #process(service: Service, memory: JournalMemory): Promise<ServiceProcess> {
    const state = { alive: true };
    const guard = async <Value>(call: () => Promise<Value>): Promise<Value> => {
      if (!state.alive) return never;
      const value = await call();
      return state.alive ? value : never;
    };
    const journal = await openMemoryJournal({ memory });
    const append = journal.append.bind(journal);
    journal.append = (...args) => guard(() => append(...args));
    const database = await openEmbeddedDatabase({ journal, world: this.#world });
    const broker = await this.#options.broker();
    const running = runService({
      choreography: this.#shop.choreography,
      service,
      transactor: database,
      inbox: database.inbox,
      outbox: database.outbox,
      world: this.#world,
      settleWithin: '5s',
      deliveriesMax: 1_000,
      broker: {
        ...calls(broker),
        publish: (message, signal) => guard(() => broker.publish(message, signal)),
      },
      onFailure: (error) => this.failures.push(error),
    });
    return Object.assign(state, { database, running });
  }
}

function calls(broker: Broker): Broker {
  return {
    publish: (message, signal) => broker.publish(message, signal),
    subscribe: (options) => broker.subscribe(options),
    parked: (consumer, options) => broker.parked(consumer, options),
    retry: (consumer, id, signal) => broker.retry(consumer, id, signal),
    discard: (consumer, id, signal) => broker.discard(consumer, id, signal),
    close: () => broker.close(),
  };
}
