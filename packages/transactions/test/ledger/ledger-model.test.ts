// Goal: an engine's runs, messages and keys are those of a model that fits on a page, through crashes and snapshots.
// Method: random calls, one after the other, on the memory engine and on a journal that takes a snapshot after every few.
import { ManualWorld } from '@holdfast/core';
import { JournalMemory, openMemoryJournal } from '@holdfast/storage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type EngineHost,
  journalEngine,
  type LedgerEngine,
  LedgerMemory,
  type LedgerSession,
  memoryEngine,
  type OwnedRun,
  type RunStatus,
} from '../../src/index.ts';
import { ProcessWorld } from './process-world.ts';

const type = 'test/run';
const ids = ['a', 'b', 'c', 'd'];
const keys = ['k', 'l'];

type Call =
  | { readonly do: 'create' | 'end' | 'stick' | 'post' | 'consume'; readonly id: string }
  | { readonly do: 'append'; readonly id: string; readonly count: number }
  | { readonly do: 'claim' | 'release'; readonly id: string; readonly key: string }
  | { readonly do: 'crash' | 'close' | 'wait' };

const id = fc.constantFrom(...ids);
const key = fc.constantFrom(...keys);
const calls: fc.Arbitrary<Call> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('create', 'post', 'consume'), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('end', 'stick'), id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('append'), id, count: fc.nat(3) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('claim', 'release'), id, key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('crash', 'close', 'wait') }) },
) as fc.Arbitrary<Call>;

interface ModelRun {
  records: number;
  status: RunStatus;
  messages: number[];
  posted: number;
}

/** What a ledger is. */
class Model {
  readonly runs = new Map<string, ModelRun>();
  /** Who lines up for a key; the first holds it. */
  readonly lines = new Map(keys.map((name) => [name, [] as string[]]));

  take(call: Call): void {
    if (!('id' in call)) return;
    const run = this.runs.get(call.id);
    if (call.do === 'create' && run === undefined) {
      this.runs.set(call.id, { records: 1, status: 'running', messages: [], posted: 0 });
    }
    if (run === undefined || run.status === 'ended') return;
    if (call.do === 'append') run.records += call.count;
    if (call.do === 'stick') run.status = 'stuck';
    if (call.do === 'post') run.messages.push(++run.posted);
    if (call.do === 'consume') run.messages.shift();
    if (call.do === 'claim' && !this.line(call.key).includes(call.id)) this.line(call.key).push(call.id);
    if (call.do === 'release') this.#leave(call.key, call.id);
    if (call.do !== 'end') return;
    run.status = 'ended';
    run.messages = [];
    for (const name of keys) this.#leave(name, call.id);
  }

  line(name: string): string[] {
    return this.lines.get(name)!;
  }

  #leave(name: string, leaving: string): void {
    this.lines.set(
      name,
      this.line(name).filter((each) => each !== leaving),
    );
  }
}

/** The engine, as it is called and as it is told. */
class Subject implements EngineHost {
  session!: LedgerSession;
  runs = new Map<string, OwnedRun>();
  /** Keys that runs hold, by what they were told. */
  readonly held = new Map<string, Set<string>>();
  readonly #engine: () => LedgerEngine;
  readonly #crash: () => void;

  constructor(engine: () => LedgerEngine, crash: () => void) {
    this.#engine = engine;
    this.#crash = crash;
  }

  async open(): Promise<void> {
    this.runs = new Map();
    this.held.clear();
    this.session = await this.#engine().join(this, { types: [type] });
    await settle();
  }

  adopt(runs: readonly OwnedRun[]): void {
    for (const run of runs) this.#listen(run, run.held);
  }

  lost(): void {}

  async take(call: Call, model: Model): Promise<void> {
    if (call.do === 'wait') return;
    if (!('id' in call)) {
      if (call.do === 'close') await this.session.close();
      else this.#crash();
      return this.open();
    }
    const { session } = this;
    const run = this.runs.get(call.id);
    if (call.do === 'create') {
      const created = await session.create({ id: call.id, type, version: 1, records: [bytesOf(call.id, 0)] });
      if (created.owned && run === undefined) this.#listen(created, []);
    }
    if (call.do === 'post') await session.post(call.id, bytesOf(call.id, 7));
    if (run === undefined) return;
    if (call.do === 'append') {
      const { records } = (await session.read(call.id))!;
      const added = Array.from({ length: call.count }, (_, index) =>
        bytesOf(call.id, records.length + index),
      );
      await session.append(run, added);
    }
    if (call.do === 'stick') await session.append(run, [], { status: 'stuck' });
    if (call.do === 'end') {
      await session.append(run, [], { status: 'ended' });
      this.runs.delete(call.id);
      this.held.delete(call.id);
    }
    if (call.do === 'consume') {
      const [first] = model.runs.get(call.id)!.messages;
      await session.append(run, [], { consumed: first === undefined ? [] : [first] });
    }
    if (call.do === 'claim' && (await session.claim(run, call.key))) this.held.get(call.id)!.add(call.key);
    if (call.do === 'release') {
      await session.release(run, call.key);
      this.held.get(call.id)!.delete(call.key);
    }
  }

  async check(model: Model): Promise<void> {
    await settle();
    const { runs } = await this.session.list({});
    expect(runs.map((run) => run.id)).toEqual([...model.runs.keys()]);
    for (const [name, expected] of model.runs) {
      const stored = (await this.session.read(name))!;
      expect(stored.status).toBe(expected.status);
      expect(stored.messages.map(({ sequence }) => sequence)).toEqual(expected.messages);
      const records = Array.from({ length: expected.records }, (_, index) => bytesOf(name, index));
      expect(stored.records.map((bytes) => [...bytes])).toEqual(records.map((bytes) => [...bytes]));
      expect(this.runs.has(name)).toBe(expected.status !== 'ended');
    }
    for (const [name, line] of model.lines) {
      const holders = [...this.held].filter(([, held]) => held.has(name)).map(([holder]) => holder);
      expect(holders).toEqual(line.slice(0, 1));
    }
  }

  #listen(run: OwnedRun, held: readonly string[]): void {
    this.runs.set(run.id, run);
    const keysHeld = new Set(held);
    this.held.set(run.id, keysHeld);
    run.listener = { message: () => {}, granted: (name) => void keysHeld.add(name) };
  }
}

describe.each(['memory', 'journal'] as const)('the %s engine', (kind) => {
  test('does what the model does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(calls, { maxLength: 60, size: 'max' }), async (sequence) => {
        const world = new ManualWorld();
        const subject = kind === 'memory' ? inMemory(world) : inJournal(world);
        const model = new Model();
        await subject.open();
        for (const call of sequence) {
          await subject.take(call, model);
          model.take(call);
          await world.advance('1ms');
          await subject.check(model);
        }
        await subject.session.close();
        expect(world.pendingTimers).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});

function inMemory(world: ManualWorld): Subject {
  const memory = new LedgerMemory();
  return new Subject(
    () => memoryEngine({ memory, world }),
    () => memory.crash(),
  );
}

function inJournal(world: ManualWorld): Subject {
  const memory = new JournalMemory();
  const open = () => openMemoryJournal({ memory });
  let process: ProcessWorld;
  return new Subject(
    () => {
      process = new ProcessWorld(world);
      return journalEngine({ open, world: process, snapshotBytes: 100 });
    },
    () => process.kill(),
  );
}

function bytesOf(name: string, number: number): Uint8Array {
  return new TextEncoder().encode(`${name}${number}`);
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await undefined;
}
