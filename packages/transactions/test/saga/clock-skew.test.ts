// Goal: an engine whose wall clock is not its worker's ends no wait too early or too late. Method: one that is an hour off.
import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { memoryEngine, openLedger, type RunDefinition, type SagaOutcome, saga } from '../../src/index.ts';
import { skewedClock } from '../skewed-clock.ts';

const hour = 3_600_000;
const noop = () => {};
const never = () => new Promise<void>(noop);

const waits: Readonly<Record<string, RunDefinition<undefined, SagaOutcome<unknown>>>> = {
  sleep: saga('order', { version: 1 }).sleep('pause', '10s'),
  wait: saga('order', { version: 1 }).wait('approval', { timeout: '10s' }),
  'deadline of a step': saga('order', { version: 1 }).step('a', { do: never, undo: noop, deadline: '10s' }),
  'deadline of the saga': saga('order', { version: 1, deadline: '10s' }).wait('approval'),
};

describe.each([
  ['behind', -hour],
  ['ahead', hour],
])('where the clock of the engine is an hour %s', (_, skew) => {
  test.each(Object.entries(waits))('a %s takes its time', async (_, definition) => {
    const world = new ManualWorld();
    const engine = memoryEngine({ world: skewedClock(world, skew) });
    await using ledger = await openLedger({ engine, definitions: [definition], world });
    const run = await ledger.start(definition, undefined, { id: 'a' });
    await world.advance('9s');
    expect((await run.summary()).status).toBe('running');
    await world.advance('2s');
    expect((await run.summary()).status).toBe('ended');
  });

  test('a claim takes its time', async () => {
    const world = new ManualWorld();
    const holding = saga('holding', { version: 1 }).step('a', { lock: () => 'sku', do: never, undo: noop });
    const taking = saga('taking', { version: 1 }).step('a', {
      lock: () => 'sku',
      lockTimeout: '10s',
      do: noop,
      undo: noop,
    });
    const engine = memoryEngine({ world: skewedClock(world, skew) });
    await using ledger = await openLedger({ engine, definitions: [holding, taking], world });
    await ledger.start(holding, undefined, { id: 'a' });
    await world.settle();
    const run = await ledger.start(taking, undefined, { id: 'b' });
    await world.advance('9s');
    expect((await run.summary()).status).toBe('running');
    await world.advance('2s');
    expect((await run.summary()).status).toBe('ended');
  });
});
