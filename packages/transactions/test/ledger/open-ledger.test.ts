// Goal: what a ledger promises whatever its engine. Method: a definition that counts, on the memory engine, in manual time.
import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import {
  type Ledger,
  LedgerMemory,
  type LedgerOptions,
  memoryEngine,
  openLedger,
  type RunEvent,
  runEnded,
  runStuck,
} from '../../src/index.ts';
import { CountingDefinition } from './counting-definition.ts';

class Workplace {
  readonly world = new ManualWorld();
  readonly memory = new LedgerMemory();
  readonly counting = new CountingDefinition();

  open(options: Partial<LedgerOptions> = {}): Promise<Ledger> {
    const engine = memoryEngine({ memory: this.memory, world: this.world });
    return openLedger({ engine, definitions: [this.counting], world: this.world, ...options });
  }
}

describe('a run', () => {
  test('goes to its end, and its result wakes who waits for it', async () => {
    const { open, counting } = bind(new Workplace());
    const ledger = await open();
    const run = await ledger.start(counting, { steps: 4 }, { id: 'a' });
    expect(await run.result).toBe(4);
    expect(await run.summary()).toMatchObject({ id: 'a', type: 'test/counting', status: 'ended' });
    expect(ledger.figures).toMatchObject({ started: 1, ended: 1, byStatus: { running: 0, stuck: 0 } });
    await ledger.close();
  });

  test('of the same id is the same run, started at once or when it has ended', async () => {
    const { open, counting } = bind(new Workplace());
    const ledger = await open();
    const runs = await Promise.all([1, 2, 3].map(() => ledger.start(counting, { steps: 2 }, { id: 'a' })));
    expect(await Promise.all(runs.map(({ result }) => result))).toEqual([2, 2, 2]);
    const again = await ledger.start(counting, { steps: 2 }, { id: 'a' });
    expect(await again.result).toBe(2);
    expect(counting.effects).toEqual(['a:1', 'a:2']);
    await ledger.close();
  });

  test('whose input is refused takes no room from those to come', async () => {
    const { open, counting } = bind(new Workplace());
    const picky = Object.assign(new CountingDefinition(1, 'test/picky'), {
      begin: () => {
        throw new TypeError('refused');
      },
    });
    const ledger = await open({ definitions: [counting, picky], runsMax: 1 });
    await expect(ledger.start(picky, { steps: 1 })).rejects.toThrow('refused');
    const run = await ledger.start(counting, { steps: 1 });
    expect(await run.result).toBe(1);
    await ledger.close();
  });

  test('of the same id with another input or definition is refused, and it is said what differs', async () => {
    const { open, counting } = bind(new Workplace());
    const other = new CountingDefinition(1, 'test/other');
    const ledger = await open({ definitions: [counting, other] });
    await ledger.start(counting, { steps: 2 }, { id: 'a' });
    await expect(ledger.start(counting, { steps: 3 }, { id: 'a' })).rejects.toMatchObject({
      code: 'LEDGER_RUN_CONFLICT',
      context: { difference: 'input' },
    });
    await expect(ledger.start(other, { steps: 2 }, { id: 'a' })).rejects.toMatchObject({
      code: 'LEDGER_RUN_CONFLICT',
      context: { difference: 'definition', type: 'test/counting', asked: 'test/other' },
    });
    await ledger.close();
  });

  test('that throws waits for an operator', async () => {
    const { open, counting } = bind(new Workplace());
    const stuck: RunEvent[] = [];
    const unsubscribe = runStuck.subscribe((event) => stuck.push(event));
    const ledger = await open();
    const run = await ledger.start(counting, { steps: 3, throwAt: 2 }, { id: 'a' });
    await settle();
    expect(await run.summary()).toMatchObject({ status: 'stuck', note: 'Error: step 2 is broken' });
    expect(ledger.figures.byStatus).toEqual({ running: 0, stuck: 1 });
    expect(stuck).toMatchObject([{ id: 'a', note: 'Error: step 2 is broken' }]);
    unsubscribe();
    await ledger.close();
    await expect(run.result).rejects.toMatchObject({ code: 'LEDGER_CLOSED' });
  });

  test('is told of a message that was left for it, while it waits and before', async () => {
    const { open, counting } = bind(new Workplace());
    const ledger = await open();
    const run = await ledger.start(counting, { steps: 3, waitAt: 2 }, { id: 'a' });
    expect(await ledger.post('a', Uint8Array.of(1))).toBe('posted');
    expect(await run.result).toBe(3);
    expect(await ledger.post('a', Uint8Array.of(1))).toBe('ended');
    expect(await ledger.post('b', Uint8Array.of(1))).toBe('unknown');
    await ledger.close();
  });
});

describe('after a crash', () => {
  test('runs go on where their records say they are', async () => {
    const workplace = new Workplace();
    const { open, counting, memory } = bind(workplace);
    const before = await open();
    await before.start(counting, { steps: 5, waitAt: 3 }, { id: 'a' });
    await settle();
    memory.crash();
    const after = await open();
    await workplace.world.advance('1ms');
    expect(after.figures.recovered).toBe(1);
    await after.post('a', Uint8Array.of(1));
    const run = await after.find(counting, 'a');
    expect(await run!.result).toBe(5);
    expect(counting.effects).toEqual(['a:1', 'a:2', 'a:3', 'a:4', 'a:5']);
    await after.close();
  });

  test('another worker takes the runs of one that is not heard of, and fences it', async () => {
    const { memory, counting } = new Workplace();
    const [mine, other] = [new ManualWorld(), new ManualWorld()];
    const openIn = (world: ManualWorld): Promise<Ledger> =>
      openLedger({ engine: memoryEngine({ memory, world, lease: '9s' }), definitions: [counting], world });
    const first = await openIn(mine);
    const second = await openIn(other);
    const run = await first.start(counting, { steps: 3, waitAt: 2 }, { id: 'a' });
    await other.advance('12s');
    expect(second.figures.recovered).toBe(1);
    expect(second.epoch).toBeGreaterThan(first.epoch);
    await second.post('a', Uint8Array.of(1));
    await other.advance('1ms');
    expect(await (await second.find(counting, 'a'))!.result).toBe(3);
    await expect(first.start(counting, { steps: 1 })).rejects.toMatchObject({ code: 'LEDGER_FENCED' });
    await expect(run.result).rejects.toMatchObject({ code: 'LEDGER_FENCED' });
    await first.close();
    await second.close();
  });
});

describe('of several versions', () => {
  test('each drives its own runs, and the newest those of one that is gone', async () => {
    const { open, memory, world } = bind(new Workplace());
    const [one, two] = [new CountingDefinition(1), new CountingDefinition(2)];
    const before = await open({ definitions: [one] });
    await before.start(one, { steps: 3, waitAt: 2 }, { id: 'a' });
    await settle();
    memory.crash();
    const both = await open({ definitions: [one, two] });
    await world.advance('1ms');
    expect(await (await both.start(two, { steps: 1 }, { id: 'b' })).result).toBe(1);
    expect(two.effects).toEqual(['b:1']);
    memory.crash();
    const newest = await open({ definitions: [two] });
    await world.advance('1ms');
    await newest.post('a', Uint8Array.of(1));
    expect(await (await newest.find(two, 'a'))!.result).toBe(3);
    expect(one.effects).toEqual(['a:1']);
    await newest.close();
  });
});

describe('a ledger', () => {
  test('refuses what is beyond its bounds, and what it does not know', async () => {
    const { open, counting } = bind(new Workplace());
    const ledger = await open({ runsMax: 2 });
    for (const id of ['a', 'b']) await ledger.start(counting, { steps: 2, waitAt: 1 }, { id });
    await expect(ledger.start(counting, { steps: 1 })).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
    await ledger.start(counting, { steps: 2, waitAt: 1 }, { id: 'a' });
    const unknown = ledger.start(new CountingDefinition(7), { steps: 1 });
    await expect(unknown).rejects.toMatchObject({ code: 'LEDGER_DEFINITION_UNKNOWN' });
    await expect(ledger.start(counting, { steps: 1 }, { id: '' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      context: { field: 'id' },
    });
    await expect(ledger.list({ limit: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await ledger.close();
  });

  test('leaves nothing running when it is closed, and its runs to the next one', async () => {
    const { open, counting, world } = bind(new Workplace());
    const ended: RunEvent[] = [];
    const unsubscribe = runEnded.subscribe((event) => ended.push(event));
    const ledger = await open();
    const run = await ledger.start(counting, { steps: 2, waitAt: 1 }, { id: 'a' });
    await ledger.close();
    expect(world.pendingTimers).toBe(0);
    await expect(run.result).rejects.toMatchObject({ code: 'LEDGER_CLOSED' });
    await expect(ledger.start(counting, { steps: 1 })).rejects.toMatchObject({ code: 'LEDGER_CLOSED' });
    await using next = await open();
    await world.advance('1ms');
    await next.post('a', Uint8Array.of(1));
    expect(await (await next.find(counting, 'a'))!.result).toBe(2);
    expect(ended.map(({ id }) => id)).toEqual(['a']);
    unsubscribe();
  });

  test('gives what it has page by page', async () => {
    const { open, counting } = bind(new Workplace());
    const ledger = await open();
    for (const id of ['a', 'b', 'c']) await (await ledger.start(counting, { steps: 1 }, { id })).result;
    await ledger.start(counting, { steps: 1, waitAt: 1 }, { id: 'd' });
    const first = await ledger.list({ limit: 2 });
    expect(first.runs.map(({ id }) => id)).toEqual(['a', 'b']);
    const second = await ledger.list({ limit: 2, after: first.next });
    expect(second.runs.map(({ id }) => id)).toEqual(['c', 'd']);
    expect(second.next).toBeUndefined();
    expect((await ledger.list({ status: 'running' })).runs.map(({ id }) => id)).toEqual(['d']);
    await ledger.close();
  });
});

function bind(workplace: Workplace) {
  const { world, memory, counting } = workplace;
  return { world, memory, counting, open: workplace.open.bind(workplace) };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await undefined;
}
