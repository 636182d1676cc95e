// Goal: what a ledger in a journal does beyond the contract: snapshots, retention, full disks, journals that are not its own.
// Method: journals in memory and on simulated disks, in manual time.
import { ManualWorld } from '@holdfast/core';
import { JournalMemory, openJournal, openMemoryJournal } from '@holdfast/storage';
import { describe, expect, test } from 'vitest';
import {
  type EngineHost,
  type JournalEngineOptions,
  journalEngine,
  type LedgerEngine,
  type LedgerSession,
  type OwnedRun,
  openLedger,
} from '../../src/index.ts';
import { MortalDisk } from '../mortal-disk.ts';
import { CountingDefinition } from './counting-definition.ts';

const type = 'test/run';
const nobody: EngineHost = { adopt: () => {}, lost: () => {} };
const record = new Uint8Array(100);

class Workplace {
  readonly world = new ManualWorld();
  readonly memory = new JournalMemory();

  engine(options: Partial<JournalEngineOptions> = {}): LedgerEngine {
    const open = () => openMemoryJournal({ memory: this.memory });
    return journalEngine({ open, world: this.world, ...options });
  }

  join(options: Partial<JournalEngineOptions> = {}): Promise<LedgerSession> {
    return this.engine(options).join(nobody, { types: [type] });
  }
}

async function create(session: LedgerSession, id: string): Promise<OwnedRun> {
  return (await session.create({ id, type, version: 1, records: [record] })) as OwnedRun;
}

describe('snapshots', () => {
  test('stand for what came before, which the journal lets go of', async () => {
    const workplace = new Workplace();
    const { memory, world } = workplace;
    const session = await workplace.join({ snapshotBytes: 10_000 });
    for (let number = 0; number < 500; number++) {
      const run = await create(session, `run-${number}`);
      await session.append(run, [record], { status: number % 3 === 0 ? 'running' : 'ended' });
      if (number % 10 === 0) await world.advance('5ms');
    }
    await world.advance('1s');
    expect(memory.firstPosition).toBeGreaterThan(500);
    expect(memory.snapshots.length).toBe(1);
    await session.close();
    const after = await workplace.join();
    expect((await after.list({ limit: 1_000 })).runs.length).toBe(500);
    expect((await after.list({ limit: 1_000, status: 'running' })).runs.length).toBe(167);
    await after.close();
  });

  test('of snapshots keep the order of the lines for keys', async () => {
    const workplace = new Workplace();
    for (const id of ['a', 'b', 'c', 'd']) {
      const session = await workplace.join({ snapshotBytes: 1 });
      await session.claim(await create(session, id), 'key');
      await workplace.world.advance('10ms');
      await session.close();
    }
    const given: OwnedRun[] = [];
    const host: EngineHost = { adopt: (runs) => void given.push(...runs), lost: () => {} };
    const last = await workplace.engine().join(host, { types: [type] });
    await workplace.world.advance('1ms');
    const told: string[] = [];
    for (const run of given) run.listener = { message: () => {}, granted: () => void told.push(run.id) };
    expect(given.map(({ held }) => held.length)).toEqual([1, 0, 0, 0]);
    for (const run of given) await last.append(run, [], { status: 'ended' });
    expect(told).toEqual(['b', 'c', 'd']);
    await last.close();
  });
});

describe('runs that have ended', () => {
  test('are kept for their time, and then their ids are free', async () => {
    const workplace = new Workplace();
    const session = await workplace.join({ retention: '1h' });
    await session.append(await create(session, 'a'), [], { status: 'ended' });
    await workplace.world.advance('30m');
    await session.append(await create(session, 'b'), [], { status: 'ended' });
    expect((await session.create({ id: 'a', type, version: 1, records: [] })).owned).toBe(false);
    await workplace.world.advance('31m');
    await create(session, 'c');
    await workplace.world.settle();
    expect(await session.read('a')).toBeUndefined();
    expect(await session.read('b')).toBeDefined();
    expect((await session.create({ id: 'a', type, version: 1, records: [] })).owned).toBe(true);
    await session.close();
    const after = await workplace.join();
    expect((await after.list({})).runs.map(({ id }) => id)).toEqual(['b', 'c', 'a']);
    await after.close();
  });

  test('are kept so many at most', async () => {
    const workplace = new Workplace();
    const session = await workplace.join({ retainedMax: 3 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      await session.append(await create(session, id), [], { status: 'ended' });
    }
    await workplace.world.settle();
    expect((await session.list({})).runs.map(({ id }) => id)).toEqual(['c', 'd', 'e']);
    await session.close();
  });
});

describe('a journal', () => {
  test('of something else is refused, and left alone', async () => {
    const workplace = new Workplace();
    const journal = await openMemoryJournal({ memory: workplace.memory });
    await journal.append([new TextEncoder().encode('something else')]);
    await expect(workplace.join()).rejects.toMatchObject({
      code: 'LEDGER_FORMAT_UNKNOWN',
      message: /position 0 of the journal is not of a ledger/,
    });
    expect(workplace.memory.records.length).toBe(1);
  });

  test('of a newer release is refused by its version', async () => {
    const workplace = new Workplace();
    await (await workplace.join()).close();
    workplace.memory.records[0]![3] = 2;
    await expect(workplace.join()).rejects.toMatchObject({
      code: 'LEDGER_FORMAT_UNKNOWN',
      message: /is of version 2 .* open it with a newer release/,
    });
  });

  test('with a record that is cut short, or a snapshot, is refused as damaged', async () => {
    const workplace = new Workplace();
    const { memory, world } = workplace;
    const session = await workplace.join({ snapshotBytes: 1_000 });
    for (const id of ['a', 'b']) await create(session, id);
    await session.close();
    const last = memory.records.pop()!;
    memory.records.push(last.subarray(0, -1));
    await expect(workplace.join()).rejects.toMatchObject({ code: 'LEDGER_DAMAGED' });
    memory.records.pop();
    memory.records.push(last);
    const again = await workplace.join({ snapshotBytes: 100 });
    for (const id of ['c', 'd']) await create(again, id);
    await world.advance('10ms');
    await again.close();
    const [snapshot] = memory.snapshots;
    const pieces = snapshot!.pieces.splice(0);
    snapshot!.pieces.push(...pieces.map((piece) => piece.subarray(0, -2)));
    await expect(workplace.join()).rejects.toMatchObject({
      code: 'LEDGER_DAMAGED',
      message: /snapshot 'ledger-\d+' of the journal/,
    });
  });

  test('that fails ends the work of the ledger, and that is said to all who wait', async () => {
    const workplace = new Workplace();
    const counting = new CountingDefinition();
    const { world } = workplace;
    const ledger = await openLedger({ engine: workplace.engine(), definitions: [counting], world });
    const run = await ledger.start(counting, { steps: 3, waitAt: 2 }, { id: 'a' });
    // A later opening fences this one.
    const next = await workplace.join();
    await expect(ledger.start(counting, { steps: 1 })).rejects.toMatchObject({ code: 'LEDGER_FENCED' });
    await expect(run.result).rejects.toMatchObject({ code: 'LEDGER_FENCED' });
    await expect(ledger.start(counting, { steps: 1 })).rejects.toMatchObject({ code: 'LEDGER_FENCED' });
    await ledger.close();
    expect((await next.read('a'))?.status).toBe('running');
    await next.close();
    expect(world.pendingTimers).toBe(0);
  });

  test('has one worker at a time', async () => {
    const workplace = new Workplace();
    const engine = workplace.engine();
    const session = await engine.join(nobody, { types: [type] });
    await expect(engine.join(nobody, { types: [type] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await create(session, 'a');
    await session.close();
    const again = await engine.join(nobody, { types: [type] });
    expect((await again.read('a'))?.status).toBe('running');
    await again.close();
  });
});

describe('a full disk', () => {
  test('refuses new runs and messages; runs under way wait, and go on when there is room', async () => {
    const mortal = new MortalDisk(1);
    const { world } = mortal;
    const disk = mortal.start();
    const open = () => openJournal({ disk, world, directory: 'ledger', segmentBytes: 8_192 });
    const engine = journalEngine({ open, world, recordBytesMax: 4_000 });
    const session = await mortal.settled(engine.join(nobody, { types: [type] }));
    const run = await mortal.settled(create(session, 'a'));
    const makeRoom = mortal.fill();
    const appended: number[] = [];
    const appends: Promise<void>[] = [];
    for (let number = 0; number < 300; number++) {
      const append = session.append(run, [Uint8Array.of(...record, number % 256)]);
      appends.push(append.then(() => void appended.push(number)));
      await world.advance('1ms');
    }
    await world.advance('5s');
    expect(appended.length).toBeLessThan(300);
    await expect(create(session, 'b')).rejects.toMatchObject({ code: 'LEDGER_FULL' });
    await expect(session.post('a', record)).rejects.toMatchObject({ code: 'LEDGER_FULL' });
    makeRoom();
    await mortal.settled(Promise.all(appends));
    expect(appended).toEqual(Array.from({ length: 300 }, (_, number) => number));
    await mortal.settled(create(session, 'b'));
    await mortal.settled(session.close());
    const after = await mortal.settled(engine.join(nobody, { types: [type] }));
    const { records } = (await after.read('a'))!;
    expect(records.slice(1).map((bytes) => bytes.at(-1))).toEqual(appended.map((number) => number % 256));
    expect((await after.list({})).runs.map(({ id }) => id)).toEqual(['a', 'b']);
    await mortal.settled(after.close());
  });
});

describe('a pipelined ledger', () => {
  test('goes on at once where order is enough, and after a crash does again what was not durable', async () => {
    const mortal = new MortalDisk(1, { latency: { min: '10ms', max: '12ms' } });
    const { world } = mortal;
    const counting = new CountingDefinition();
    const openOn = (disk = mortal.start()) => {
      const open = () => openJournal({ disk, world, directory: 'ledger', segmentBytes: 65_536 });
      const engine = journalEngine({ open, world, recordBytesMax: 8_000 });
      return openLedger({ engine, definitions: [counting], world, durability: 'pipelined' });
    };
    const ledger = await mortal.settled(openOn());
    await mortal.settled(ledger.start(counting, { steps: 5, waitAt: 5 }, { id: 'a' }));
    for (let turn = 0; turn < 20; turn++) await undefined;
    expect(counting.effects).toEqual(['a:1', 'a:2', 'a:3', 'a:4']);
    const after = await mortal.settled(openOn());
    await world.advance('1ms');
    expect(counting.effects.slice(0, 8)).toEqual(['a:1', 'a:2', 'a:3', 'a:4', 'a:1', 'a:2', 'a:3', 'a:4']);
    await mortal.settled(after.post('a', Uint8Array.of(1)));
    const run = await mortal.settled(after.find(counting, 'a'));
    expect(await mortal.settled(run!.result)).toBe(5);
    await mortal.settled(after.close());
  });
});
