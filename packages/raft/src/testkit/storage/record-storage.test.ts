import { type DiskConditions, type HostContext, SimulatedWorld, type TraceEvent } from '@holdfast/simulation';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../log/entry.ts';
import { emptyState, type SnapshotMetadata } from '../../log/stored-state.ts';
import type { WriteBatch } from '../../log/write-batch.ts';
import type { Recovered } from '../member/member-storage.ts';
import { snapshotIdOf } from '../member/snapshot-id.ts';
import { RecordStorage } from './record-storage.ts';

function entry(index: number, term: number): Entry<string> {
  return { kind: 'command', index, term, bytes: 1, command: `${index}.${term}` };
}

function batch(parts: Partial<WriteBatch<string>>): WriteBatch<string> {
  return {
    sequence: 1,
    hardState: undefined,
    snapshot: undefined,
    truncateFrom: undefined,
    entries: [],
    ...parts,
  };
}

function snapshotAt(index: number, data: Uint8Array): SnapshotMetadata {
  const configuration = {
    voters: ['m1'],
    outgoing: [],
    learners: [],
    learnersNext: [],
    witnesses: [],
    leavesJoint: false,
  };
  const id = snapshotIdOf(index, data);
  return { id, index, term: 1, configuration, configurationIndex: 0, bytes: data.length };
}

/** A host whose program recovers its storage and does nothing else. */
class StorageUnderTest {
  readonly trace: TraceEvent[] = [];
  readonly world: SimulatedWorld = new SimulatedWorld({
    seed: 1,
    tracer: { enabled: true, record: (event) => void this.trace.push(event) },
  });
  storage!: RecordStorage;
  found: Recovered | undefined;

  constructor() {
    this.world.addHost('a', (context) => this.#start(context));
    this.world.runForSync('1s');
  }

  get host(): ReturnType<SimulatedWorld['host']> {
    return this.world.host('a');
  }

  /** What is begun ends within a second. */
  ends(begin: (done: () => void) => void): void {
    let ended = false;
    begin(() => {
      ended = true;
    });
    this.world.runForSync('1s');
    expect(ended).toBe(true);
  }

  create(): void {
    this.ends((done) => this.storage.create('m1', emptyState(), done));
  }

  write(parts: Partial<WriteBatch<string>>): void {
    this.ends((done) => this.storage.write(batch(parts), done));
  }

  compact(index: number, data: Uint8Array): void {
    this.ends((done) => this.storage.compact(snapshotAt(index, data), data, index, done));
  }

  /** What a new process finds. */
  restart(): Recovered | undefined {
    this.host.crash();
    this.found = undefined;
    this.host.start();
    this.world.runForSync('1s');
    return this.found;
  }

  during(conditions: DiskConditions, work: () => void): void {
    const over = this.host.disk.trouble(conditions);
    work();
    over();
  }

  #start(context: HostContext): void {
    this.storage = new RecordStorage(context);
    this.storage.recover((found) => {
      this.found = found;
    });
  }
}

const data = Uint8Array.from({ length: 1_000 }, (_, index) => index % 251);
const hardState = { term: 2, vote: 'm1', commit: 1 };

test('a member finds what it wrote: terms and votes, and entries that took the place of others', () => {
  const under = new StorageUnderTest();
  expect(under.found).toEqual({ found: 'nothing' });
  under.create();
  under.write({ entries: [entry(1, 1), entry(2, 1), entry(3, 1)] });
  under.write({ truncateFrom: 2, entries: [entry(2, 2)], hardState });
  expect(under.restart()).toEqual({
    found: 'state',
    id: 'm1',
    stored: { hardState, snapshot: undefined, entries: [entry(1, 1), entry(2, 2)] },
    snapshotData: undefined,
    stagedData: undefined,
  });
});

test('a snapshot takes the place of the log before it; the old one is gone', () => {
  const under = new StorageUnderTest();
  under.create();
  under.write({ entries: [entry(1, 1), entry(2, 1), entry(3, 1)] });
  under.compact(1, data.subarray(1));
  under.compact(2, data);
  expect(under.restart()).toMatchObject({
    stored: { snapshot: { index: 2 }, entries: [entry(2, 1), entry(3, 1)] },
    snapshotData: data,
  });
  under.world.runForSync('1s');
  expect(under.storage.readOnly).toBe(false);
  let read: Uint8Array | undefined;
  under.storage.readSnapshot(snapshotIdOf(2, data), 10, 5, (bytes) => {
    read = bytes;
  });
  under.world.runForSync('1s');
  expect(read).toEqual(data.subarray(10, 15));
  let gone: Uint8Array | undefined = data;
  under.storage.readSnapshot(snapshotIdOf(1, data.subarray(1)), 0, 5, (bytes) => {
    gone = bytes;
  });
  under.world.runForSync('1s');
  expect(gone).toBeUndefined();
});

test('an arriving snapshot is resumed after a crash, and installed with what follows it', () => {
  const under = new StorageUnderTest();
  under.create();
  const snapshot = snapshotAt(9, data);
  under.ends((done) => under.storage.stage({ snapshot, offset: 0 }, data.subarray(0, 600), done));
  expect(under.restart()).toMatchObject({
    stored: { staged: { snapshot: { index: 9 }, offset: 600 } },
    stagedData: data.subarray(0, 600),
  });
  under.ends((done) => under.storage.stage({ snapshot, offset: 600 }, data.subarray(600), done));
  under.write({ snapshot, entries: [entry(10, 2)], hardState });
  expect(under.restart()).toMatchObject({
    stored: { hardState, snapshot: { index: 9 }, entries: [entry(10, 2)] },
    snapshotData: data,
    stagedData: undefined,
  });
});

test('an arriving snapshot that is all here, and damaged since, is asked for anew', () => {
  const under = new StorageUnderTest();
  under.create();
  const rotten = data.slice();
  rotten[7]! ^= 1;
  under.ends((done) => under.storage.stage({ snapshot: snapshotAt(9, data), offset: 0 }, rotten, done));
  const found = under.restart();
  expect(found).toMatchObject({ found: 'state', stagedData: undefined });
  expect(found).not.toHaveProperty('stored.staged');
});

describe('a damaged snapshot', () => {
  function withDamagedSnapshot(): StorageUnderTest {
    const under = new StorageUnderTest();
    under.create();
    under.write({ entries: [entry(1, 1), entry(2, 1)] });
    // Only what is written within the first 150 ms rots: the snapshot, and not the log that names it.
    const over = under.host.disk.trouble({ bitRot: 1, latency: { min: '100ms', max: '100ms' } });
    under.storage.compact(snapshotAt(2, data), data, 2, () => {});
    under.world.runForSync('150ms');
    over();
    under.world.runForSync('2s');
    return under;
  }

  test('keeps the member from starting', () => {
    const under = withDamagedSnapshot();
    expect(under.restart()).toEqual({
      found: 'damage',
      text: `snapshot-${snapshotIdOf(2, data)} is damaged`,
    });
  });

  test('is sent to nobody: the member ends', () => {
    const under = withDamagedSnapshot();
    under.storage.readSnapshot(snapshotIdOf(2, data), 0, 10, () => expect.unreachable());
    under.world.runForSync('1s');
    expect(under.world.failures.map(({ error }) => (error as { code: string }).code)).toEqual([
      'DISK_FAILED',
    ]);
    expect(under.host.state).toBe('down');
  });
});

test('a full disk holds writes up until there is space, and says so', () => {
  const under = new StorageUnderTest();
  under.create();
  const over = under.host.disk.fill();
  let ended = false;
  under.storage.write(batch({ entries: [entry(1, 1)] }), () => {
    ended = true;
  });
  under.world.runForSync('1s');
  expect([ended, under.storage.readOnly]).toEqual([false, true]);
  const notes = under.trace.flatMap((event) => (event.what === 'note' ? [event.text] : []));
  expect(notes[0]).toBe('the log is read-only: the disk is full');
  over();
  under.world.runForSync('1s');
  expect([ended, under.storage.readOnly]).toEqual([true, false]);
  expect(under.restart()).toMatchObject({ stored: { entries: [entry(1, 1)] } });
});

test('a failed flush is told, and a disk that cannot be read ends the start', () => {
  const under = new StorageUnderTest();
  under.create();
  let code: string | undefined;
  under.during({ failedFlushes: 1 }, () => {
    under.storage.write(batch({ entries: [entry(1, 1)] }), (error) => {
      code = error?.code;
    });
    under.world.runForSync('1s');
  });
  expect(code).toBe('DISK_FAILED');
  under.during({ failedReads: 1 }, () => expect(under.restart()).toBeUndefined());
  expect(under.host.state).toBe('down');
  expect(under.restart()).toMatchObject({ found: 'state', stored: { entries: [] } });
});
