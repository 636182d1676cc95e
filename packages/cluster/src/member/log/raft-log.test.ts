import { ManualWorld } from '@holdfast/core';
import type { WriteBatch } from '@holdfast/raft';
import { type Journal, openMemoryJournal, storageErrors } from '@holdfast/storage';
import { beforeEach, describe, expect, test } from 'vitest';
import { ByteWriter } from '../wire/byte-writer.ts';
import { EntryBlocks } from '../wire/entry-block.ts';
import { EntryPositions } from './entry-positions.ts';
import type { MemberIdentity } from './identity.ts';
import { encodeIdentity } from './journal-record.ts';
import { RaftLog } from './raft-log.ts';
import { recoverLog } from './recover-log.ts';

const identity: MemberIdentity = {
  clusterId: '0123456789abcdef',
  memberId: 'fedcba9876543210',
  token: 'token',
  founder: true,
  peers: new Map([['fedcba9876543210', ['http://a:1']]]),
  names: new Map([['fedcba9876543210', 'a']]),
};

function batch(sequence: number, first: number, count: number, bytes = 3): WriteBatch<Uint8Array> {
  return {
    sequence,
    hardState: { term: 1, vote: undefined, commit: first + count - 1 },
    snapshot: undefined,
    truncateFrom: undefined,
    entries: Array.from({ length: count }, (_, place) => ({
      kind: 'command' as const,
      index: first + place,
      term: 1,
      bytes,
      command: new Uint8Array(bytes).fill(first + place),
    })),
  };
}

/** A journal that refuses as a full disk, or a busy one, makes it. */
class Refusing {
  readonly journal: Journal;
  refuse: 'JOURNAL_FULL' | 'JOURNAL_BUSY' | 'JOURNAL_FAILED' | undefined;
  readonly #inner: Journal;

  constructor(inner: Journal) {
    this.#inner = inner;
    this.journal = new Proxy(inner, {
      get: (target, name) => {
        if (name === 'append') return this.#append;
        if (name === 'condition') return this.refuse === 'JOURNAL_FULL' ? 'read-only' : 'open';
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  readonly #append = (records: readonly Uint8Array[], position?: number): Promise<number> => {
    if (this.refuse === undefined) return this.#inner.append(records, position);
    return Promise.reject(storageErrors.create(this.refuse, { message: 'refused' }));
  };
}

describe("Raft's log on a journal", () => {
  const world = new ManualWorld();
  let inner: Journal;
  let refusing: Refusing;
  let heard: unknown[];
  let log: RaftLog;

  beforeEach(async () => {
    inner = await openMemoryJournal();
    await inner.append([encodeIdentity(new ByteWriter(), identity)]);
    refusing = new Refusing(inner);
    heard = [];
    log = new RaftLog(world, refusing.journal, new EntryBlocks(), new EntryPositions(), 8 << 20, {
      written: (sequence) => heard.push(sequence),
      readOnlyChanged: () => heard.push(log.readOnly ? 'full' : 'room'),
      failed: (error) => heard.push((error as { code: string }).code),
    });
  });

  async function indexes(): Promise<number[] | undefined> {
    return (await recoverLog(inner))?.entries.map(({ index }) => index);
  }

  test('what a full disk refused is kept, and written in its order when there is room', async () => {
    log.write(batch(1, 1, 2));
    await world.advance('1ms');
    refusing.refuse = 'JOURNAL_FULL';
    log.write(batch(2, 3, 2));
    log.write(batch(3, 5, 1));
    await world.advance('1s');
    log.write(batch(4, 6, 1));
    await world.advance('1s');
    expect(heard).toEqual([1, 'full']);
    expect(await indexes()).toEqual([1, 2]);
    refusing.refuse = undefined;
    await world.advance('1s');
    expect(heard).toEqual([1, 'full', 'room', 2, 3, 4]);
    expect(await indexes()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('a busy journal is asked again', async () => {
    refusing.refuse = 'JOURNAL_BUSY';
    log.write(batch(1, 1, 1));
    await world.advance('10ms');
    refusing.refuse = undefined;
    await world.advance('10ms');
    expect(heard).toEqual([1]);
  });

  test('a journal that has failed is the end, and nothing written later counts', async () => {
    refusing.refuse = 'JOURNAL_FAILED';
    log.write(batch(1, 1, 1));
    await world.advance('1ms');
    refusing.refuse = undefined;
    log.write(batch(2, 2, 1));
    await world.advance('1s');
    expect(heard).toEqual(['JOURNAL_FAILED']);
    expect(await indexes()).toEqual([]);
  });

  test('somebody else who writes to the journal is the end too', async () => {
    await inner.append([encodeIdentity(new ByteWriter(), identity)]);
    log.write(batch(1, 1, 1));
    await world.advance('1s');
    expect(heard).toEqual(['JOURNAL_MOVED']);
  });

  test('a large batch is several records, of which a prefix makes sense', async () => {
    log.write(batch(1, 1, 5, 3 << 20));
    await world.advance('1ms');
    expect(heard).toEqual([1]);
    expect(inner.nextPosition).toBe(4);
    const prefix = await openMemoryJournal();
    for await (const { bytes, position } of inner.read(0))
      if (position < 2) await prefix.append([bytes.slice()]);
    const recovered = await recoverLog(prefix);
    expect(recovered?.entries.map(({ index }) => index)).toEqual([1, 2]);
    expect(recovered?.hardState.commit).toBe(0);
  });

  test('compaction keeps the entries from the first index on, and who the member is', async () => {
    for (let sequence = 1; sequence <= 5; sequence++) log.write(batch(sequence, sequence * 2 - 1, 2));
    await world.advance('1ms');
    const snapshot = {
      id: 's',
      index: 6,
      term: 1,
      bytes: 10,
      configurationIndex: 1,
      configuration: {
        voters: ['a'],
        outgoing: [],
        learners: [],
        learnersNext: [],
        witnesses: [],
        leavesJoint: false,
      },
    };
    const hardState = { term: 3, vote: 'a', commit: 6 };
    const position = await log.writeCheckpoint({ identity, hardState, snapshot, firstIndex: 5 });
    await log.compact(5, position);
    expect(inner.firstPosition).toBeLessThanOrEqual(3);
    const recovered = await recoverLog(inner);
    expect(recovered?.identity).toEqual(identity);
    expect(recovered?.snapshot).toEqual(snapshot);
    expect(recovered?.entries.map(({ index }) => index)).toEqual([5, 6, 7, 8, 9, 10]);
    expect(recovered?.hardState).toMatchObject({ term: 3, vote: 'a', commit: 10 });
  });
});
