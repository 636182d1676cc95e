import { randomUUID } from 'node:crypto';
import { ManualWorld } from '@holdfast/core';
import {
  type AnyRunDefinition,
  type Ledger,
  LedgerMemory,
  memoryEngine,
  openLedger,
  type RunDefinition,
  type SagaOperator,
  type SagaOutcome,
  type SagaStatus,
  sagaOperator,
  sagaStatus,
} from '../../src/index.ts';
import { Life } from '../../src/testkit/crash-everywhere/life.ts';

/** A ledger in memory that can crash and be opened again, in a world whose time the test moves. */
export class Desk {
  /** Of its ledger, and of no other in this process: the ids of those in equal worlds are equal. */
  readonly name: string = `desk ${randomUUID()}`;
  readonly world: ManualWorld = new ManualWorld();
  readonly memory: LedgerMemory = new LedgerMemory();
  readonly #definitions: readonly AnyRunDefinition[];
  #life!: Life;
  ledger!: Ledger;

  constructor(...definitions: readonly AnyRunDefinition[]) {
    this.#definitions = definitions;
  }

  static async open(...definitions: readonly AnyRunDefinition[]): Promise<Desk> {
    const desk = new Desk(...definitions);
    await desk.open();
    return desk;
  }

  async open(...definitions: readonly AnyRunDefinition[]): Promise<Ledger> {
    this.#life = new Life(this.world);
    this.ledger = await openLedger({
      engine: memoryEngine({ memory: this.memory, world: this.#life }),
      definitions: definitions.length > 0 ? definitions : this.#definitions,
      name: this.name,
      world: this.#life,
    });
    await this.world.advance(1);
    return this.ledger;
  }

  /** The process ends, as it stands; another one opens the ledger, with these definitions or the same ones. */
  async crash(...definitions: readonly AnyRunDefinition[]): Promise<Ledger> {
    await this.world.settle();
    this.memory.crash();
    this.#life.end();
    return this.open(...definitions);
  }

  get operator(): SagaOperator {
    return sagaOperator(this.ledger);
  }

  /** The outcome of a run that ends without time passing. */
  async outcome<Values>(
    saga: RunDefinition<never, SagaOutcome<Values>>,
    id: string,
  ): Promise<SagaOutcome<Values>> {
    const run = await this.ledger.find(saga, id);
    return run!.result;
  }

  async status(id: string): Promise<SagaStatus> {
    await this.world.settle();
    return sagaStatus((await this.ledger.read(id))!);
  }

  async timeline(id: string): Promise<string[]> {
    const { timeline } = await this.status(id);
    return timeline.map(({ what, step }) => (step === undefined ? what : `${what} ${step}`));
  }
}
