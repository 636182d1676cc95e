import { HoldfastError, isHoldfastError, ManualWorld } from '@holdfast/core';
import { constant } from '@holdfast/resilience';
import { afterEach, describe, expect, test } from 'vitest';
import { LedgerMemory } from '../engines/memory/ledger-memory.ts';
import { memoryEngine } from '../engines/memory/memory-engine.ts';
import type { AnyRunDefinition } from '../ledger/definition-registry.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { saga } from './build-saga.ts';
import { terminal } from './failure.ts';
import { sagaOperator } from './operator.ts';

const noop = () => {};
const quick = { maxAttempts: 3, backoff: constant('1s') };

/** A ledger in memory that can crash and be opened again, in a world whose time the test moves. */
class Desk {
  readonly world: ManualWorld = new ManualWorld();
  readonly log: string[] = [];
  readonly #memory: LedgerMemory = new LedgerMemory();
  readonly #definitions: readonly AnyRunDefinition[];
  ledger!: Ledger;

  constructor(...definitions: readonly AnyRunDefinition[]) {
    this.#definitions = definitions;
  }

  async open(...definitions: readonly AnyRunDefinition[]): Promise<Ledger> {
    this.ledger = await openLedger({
      engine: memoryEngine({ memory: this.#memory, world: this.world }),
      definitions: definitions.length > 0 ? definitions : this.#definitions,
      world: this.world,
    });
    return this.ledger;
  }

  async crash(...definitions: readonly AnyRunDefinition[]): Promise<Ledger> {
    await this.world.settle();
    this.#memory.crash();
    return this.open(...definitions);
  }
}

describe('a saga', () => {
  test('does its steps in order, each with the results of those before', async () => {
    const keys: string[] = [];
    const order = saga<{ sku: string }>('order', { version: 1 })
      .step('reserve', { do: (c) => (keys.push(c.key), { id: `r-${c.input.sku}` }), undo: noop })
      .pivot('charge', { do: async (c) => (keys.push(c.key), { paid: c.reserve.id }) })
      .ensure('ship', { do: (c) => (keys.push(c.key), `${c.charge.paid} shipped`) });
    const desk = new Desk(order);
    const ledger = await desk.open();
    const run = await ledger.start(order, { sku: 'a' }, { id: 'o1' });
    expect(await run.result).toEqual({
      status: 'committed',
      value: { reserve: { id: 'r-a' }, charge: { paid: 'r-a' }, ship: 'r-a shipped' },
      skipped: [],
    });
    expect(keys).toEqual(['o1/reserve', 'o1/charge', 'o1/ship']);
    expect(ledger.figures.engine.commits).toBe(4);
  });

  test('compensates in reverse what had begun, and says why', async () => {
    const undone: unknown[] = [];
    const trip = saga('trip', { version: 1 })
      .step('flight', { do: () => 'F1', undo: (c, r) => void undone.push([c.key, c.doKey, r]) })
      .step('hotel', { do: () => 'H1', undo: (_c, r) => void undone.push(r) })
      .step('car', {
        do: () => {
          throw terminal('no cars left', { city: 'Rome' });
        },
        undo: (_c, r) => void undone.push(r),
      });
    const desk = new Desk(trip);
    const run = await (await desk.open()).start(trip, undefined, { id: 't1' });
    const outcome = await run.result;
    expect(outcome).toMatchObject({ status: 'rolled-back', step: 'car', error: { code: 'STEP_REFUSED' } });
    expect(undone).toEqual([undefined, 'H1', ['t1/flight/undo', 't1/flight', 'F1']]);
  });
});
