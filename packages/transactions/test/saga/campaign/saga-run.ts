import { isHoldfastError, sleep, type World } from '@holdfast/core';
import { type HostContext, SimulatedWorld } from '@holdfast/simulation';
import {
  type Ledger,
  LedgerMemory,
  type LedgerVisit,
  ledgerLost,
  memoryEngine,
  openLedger,
  type SagaOutcome,
  type StoredRun,
  sagaOperator,
} from '../../../src/index.ts';
import { definitionOf } from '../../../src/saga/build-saga.ts';
import type { Definition } from '../../../src/saga/definition.ts';
import { checkOrder } from './check-order.ts';
import { type Input, type RandomSaga, randomSaga } from './random-saga.ts';
import { Services } from './services.ts';

/** How a seed went. */
export interface SagaRunReport {
  readonly committed: number;
  readonly rolledBack: number;
  /** Runs that needed an operator. */
  readonly stuck: number;
  /** Lives of workers that crashed, or were taken over. */
  readonly cuts: number;
}

/** A run to be started, and what is said to it. */
interface Order {
  readonly id: string;
  readonly drawn: RandomSaga;
  readonly definition: Definition;
  readonly input: Input;
  /** Milliseconds from the beginning. */
  readonly at: number;
  readonly messages: readonly Message[];
}

interface Message {
  readonly at: number;
  /** Undefined for a cancellation. */
  readonly signal: string | undefined;
}

const workers = ['one', 'two'];
const stormMillis = 20_000;
const settlingMillis = 1_200_000;

/**
 * One seed: sagas of any shape, on two workers that crash, pause and have wrong clocks, over services that fail.
 *
 * @throws Error when a saga does not end, ends twice, or is not what its services know of it.
 */
export function sagasSurvive(seed: number): Promise<SagaRunReport> {
  return new SagaRun(seed).run();
}

class SagaRun {
  readonly #seed: number;
  readonly #problems: string[] = [];
  readonly #world: SimulatedWorld;
  readonly #memory: LedgerMemory = new LedgerMemory();
  readonly #services: Services;
  readonly #orders: readonly Order[];
  /** Of the workers there ever were, by their epochs. */
  readonly #worlds: Map<number, HostContext> = new Map();
  readonly #ledgers: Map<string, Ledger> = new Map();
  readonly #outcomes: Map<string, string> = new Map();
  readonly #stuck: Set<string> = new Set();
  readonly #small: boolean;
  readonly #durability: 'strict' | 'pipelined';
  #visit: LedgerVisit | undefined;

  constructor(seed: number) {
    this.#seed = seed;
    this.#durability = seed % 2 === 0 ? 'strict' : 'pipelined';
    this.#small = seed % 4 < 2;
    this.#world = new SimulatedWorld({ seed, shuffleTies: true });
    this.#services = new Services(this.#world.random('services'), (epoch) => this.#worlds.get(epoch));
    this.#orders = this.#draw();
  }

  async run(): Promise<SagaRunReport> {
    const unsubscribe = ledgerLost.subscribe(({ epoch }) =>
      this.#ledgers.delete(this.#worlds.get(epoch)?.host ?? ''),
    );
    try {
      this.#services.trouble = this.#small ? 200 : 100;
      this.#world.addHost('reader', (context) => this.#look(context));
      for (const worker of workers)
        this.#world.addHost(worker, (context) => this.#work(context).catch(fenced));
      await this.#storm();
      this.#services.trouble = 0;
      const runs = await this.#settle();
      for (const order of this.#orders) this.#check(order, runs.get(order.id));
      if (this.#services.sum !== 0) this.#problems.push(`the bank is out by ${this.#services.sum}`);
      for (const { error } of this.#world.failures) this.#problems.push(`a process ended: ${String(error)}`);
      this.#problems.push(...this.#services.problems);
      if (this.#problems.length > 0) throw new Error(`seed ${this.#seed}: ${this.#problems.join('; ')}`);
      return {
        committed: this.#count('committed'),
        rolledBack: this.#count('rolled-back'),
        stuck: this.#stuck.size,
        cuts: this.#worlds.size - workers.length,
      };
    } finally {
      this.#world.close();
      unsubscribe();
    }
  }

  #draw(): Order[] {
    const random = this.#world.random('orders');
    const sagas = [0, 1, 2].map((number) =>
      randomSaga(`saga-${number}`, random, this.#services, this.#small),
    );
    return Array.from({ length: this.#small ? 16 : 8 }, (_, number) => {
      const drawn = sagas[random.below(sagas.length)]!;
      const definition = definitionOf(drawn.saga as never);
      const steps = definition.places.filter(({ kind }) => kind === 'step' || kind === 'pivot');
      const refusing =
        random.below(6) === 0 ? [steps[random.below(Math.max(1, steps.length))]?.name ?? ''] : [];
      const at = random.below(stormMillis);
      const messages: Message[] = drawn.waits
        .filter(() => random.below(8) > 0)
        .map((signal) => ({ at: at + random.below(5_000), signal }));
      if (drawn.cancellable && random.below(3) === 0)
        messages.push({ at: at + random.below(8_000), signal: undefined });
      return { id: `run-${number}`, drawn, definition, input: { refusing }, at, messages };
    });
  }

  async #look(context: HostContext): Promise<void> {
    this.#visit = await memoryEngine({ memory: this.#memory, world: context }).visit();
  }

  async #work(context: HostContext): Promise<void> {
    const definitions = [...new Set(this.#orders.map(({ drawn }) => drawn.saga))];
    const latency = 1 + context.random.below(this.#small ? 800 : 100);
    const engine = memoryEngine({ memory: this.#memory, world: context, latency, lease: '4s' });
    const ledger = await openLedger({ engine, definitions, world: context, durability: this.#durability });
    this.#worlds.set(ledger.epoch, context);
    this.#ledgers.set(context.host, ledger);
    for (const order of this.#orders) void this.#serve(order, ledger, context);
  }

  /** As a client would who asks both workers, again after each restart. */
  async #serve({ id, drawn, input, at, messages }: Order, ledger: Ledger, world: World): Promise<void> {
    try {
      await this.#until(at, world);
      const run = await ledger.start(drawn.saga, input, { id });
      run.result.then(
        (outcome) => this.#heard(id, outcome),
        () => {},
      );
      for (const { at: sayAt, signal } of messages) {
        await this.#until(sayAt, world);
        const operator = sagaOperator(ledger);
        await (signal === undefined ? operator.cancel(id) : operator.signal(id, signal, 'go'));
      }
    } catch {
      // The worker's time is over; the next one is asked again.
    }
  }

  async #until(millis: number, world: World): Promise<void> {
    const left = millis - this.#world.clock.now() / 1_000;
    if (left > 0) await sleep(left, { world });
  }

  #heard(id: string, outcome: SagaOutcome<unknown>): void {
    const told = JSON.stringify(outcome);
    const before = this.#outcomes.get(id) ?? told;
    this.#outcomes.set(id, told);
    if (told !== before) this.#problems.push(`${id} ended twice: ${before}, then ${told}`);
  }

  async #storm(): Promise<void> {
    const random = this.#world.random('storm');
    for (let millis = 0; millis < stormMillis; millis += 250) {
      await this.#world.runFor('250ms');
      for (const name of workers) {
        const host = this.#world.host(name);
        const chance = random.below(100);
        if (host.state === 'down') {
          if (chance < 30) host.start();
        } else if (host.state === 'paused') {
          if (chance < 5) host.resume();
        } else if (chance < 5) host.crash();
        else if (chance < 8) host.pause();
        else if (chance < 11) host.jumpWall((random.below(2) === 0 ? -1 : 1) * random.below(3_600_000));
        else if (!this.#ledgers.has(name) && chance < 50) this.#restart(name);
      }
    }
  }

  /** All is well, and whoever is stuck is tried again, until all have ended. */
  async #settle(): Promise<Map<string, StoredRun>> {
    const runs = new Map<string, StoredRun>();
    for (let millis = 0; millis < settlingMillis && runs.size < this.#orders.length; millis += 2_000) {
      for (const name of workers) {
        const host = this.#world.host(name);
        if (host.state === 'paused') host.resume();
        else if (host.state === 'down') host.start();
        else if (!this.#ledgers.has(name)) this.#restart(name);
      }
      await this.#world.runFor('2s');
      for (const { id } of this.#orders) {
        const run = await this.#visit!.read(id);
        if (run?.status === 'ended') runs.set(id, run);
        if (run?.status !== 'stuck') continue;
        this.#stuck.add(id);
        await sagaOperator(this.#visit!).retry(id);
      }
    }
    return runs;
  }

  /** Its ledger is lost: a supervisor starts it anew. */
  #restart(name: string): void {
    this.#world.host(name).crash();
    this.#world.host(name).start();
  }

  #count(status: SagaOutcome<unknown>['status']): number {
    return [...this.#outcomes.values()].filter((told) => JSON.parse(told).status === status).length;
  }

  #check({ id, drawn, definition }: Order, run: StoredRun | undefined): void {
    if (run === undefined) {
      this.#problems.push(`${id} has not ended`);
      return;
    }
    const { effects } = this.#services;
    const outcome = drawn.saga.result(run.records);
    this.#heard(id, outcome);
    for (const { name, kind } of definition.plan.places) {
      const effect = effects.get(`${id}/${name}`);
      const done = effect?.state === 'done';
      if (kind === 'wait' || kind === 'sleep' || done === (outcome.status === 'committed')) continue;
      this.#problems.push(`${id} has ${outcome.status}, but ${name} is ${effect?.state ?? 'not done'}`);
    }
    this.#problems.push(...checkOrder(definition.plan, effects, id));
  }
}

/** A worker that pauses while it opens its ledger may be taken for dead; it is started again. */
function fenced(error: unknown): void {
  if (!isHoldfastError(error) || error.code !== 'LEDGER_FENCED') throw error;
}
