import {
  type Compare,
  type CoordinationErrorCode,
  type CoordinationStore,
  coordinationErrors,
  memoryStore,
  type Operation,
  type Transaction,
  type TransactionResult,
} from '@holdfast/coordination';
import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { FencedCommits } from './fenced-commits.ts';

/** What becomes of each transaction in turn: it is done and its answer lost, refused, or both in that order. */
type Fate = { readonly done: boolean; readonly fails: CoordinationErrorCode };

/** A store whose transactions of a lane have these fates before it serves them as it should. */
function troubled(store: CoordinationStore, fates: Fate[]): CoordinationStore {
  const transact = async (transaction: Transaction): Promise<TransactionResult> => {
    const fate = fates.shift();
    if (fate === undefined || fate.done) {
      const result = await store.transact(transaction);
      if (fate === undefined) return result;
    }
    throw coordinationErrors.create(fate.fails, { message: 'as told' });
  };
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'transact') return transact;
      const found = Reflect.get(target, name) as unknown;
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
}

const bytes = (text: string) => new TextEncoder().encode(text);
const put = (key: string): Operation => ({ do: 'put', key, value: bytes(key) });

/** A lane of a worker whose transactions go through `between`. */
async function laneThrough(
  between: (store: CoordinationStore) => CoordinationStore,
): Promise<{ world: ManualWorld; store: CoordinationStore; commits: FencedCommits }> {
  const world = new ManualWorld({ seed: 1 });
  const store = memoryStore({ world });
  const lease = await store.grantLease('1h');
  for (const key of ['worker', 'lane']) await store.put(key, bytes(''), { lease });
  const epoch = (await store.get('worker'))!.createRevision;
  const commits = new FencedCommits(
    between(store),
    world,
    { worker: 'worker', lane: 'lane' },
    { lease, epoch, signal: new AbortController().signal },
  );
  return { world, store, commits };
}

describe('a lane', () => {
  test.for<readonly [string, Fate[], string]>([
    ['was done', [{ done: true, fails: 'OUTCOME_UNKNOWN' }], 'done'],
    ['was not', [{ done: false, fails: 'OUTCOME_UNKNOWN' }], 'done'],
    [
      'was done, before the store was full',
      [
        { done: true, fails: 'REQUEST_TIMED_OUT' },
        { done: false, fails: 'STORE_FULL' },
      ],
      'done',
    ],
    [
      'was not, before the store was full for a while',
      [
        { done: false, fails: 'OUTCOME_UNKNOWN' },
        { done: false, fails: 'STORE_FULL' },
        { done: false, fails: 'STORE_FULL' },
      ],
      'done',
    ],
    ['was refused at once by a full store', [{ done: false, fails: 'STORE_FULL' }], 'STORE_FULL'],
  ])('takes nothing for done that is not, when a commit in doubt %s', async ([, fates, outcome]) => {
    const { world, store, commits } = await laneThrough((served) => troubled(served, fates));
    const commit = (key: string) =>
      commits.commit({ compare: [], then: [put(key)], else: [] }).then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
    const outcomes = Promise.all([commit('one'), commit('other')]);
    await world.advance('5s');
    expect(await outcomes).toEqual([outcome, 'done']);
    expect((await store.get('one')) !== undefined).toBe(outcome === 'done');
    expect(await store.get('other')).toBeDefined();
    await store.close();
  });

  test.for<'is refused' | 'fails'>(['is refused', 'fails'])(
    'takes nothing for done that is not, when an attempt comes after its commit %s',
    async (how) => {
      const attempts: Transaction[] = [];
      const { world, store, commits } = await laneThrough((served) => {
        const transact = (transaction: Transaction): Promise<TransactionResult> => {
          attempts.push(transaction);
          const isLate = attempts.length === 1;
          if (!isLate && (attempts.length > 2 || how === 'is refused')) return served.transact(transaction);
          const code = isLate ? 'OUTCOME_UNKNOWN' : 'PERMISSION_DENIED';
          return Promise.reject(coordinationErrors.create(code, { message: 'as told' }));
        };
        return new Proxy(served, {
          get: (target, name) => (name === 'transact' ? transact : Reflect.get(target, name)),
        });
      });
      const ready: Compare = { key: 'ready', target: 'version', is: '>', value: 0 };
      const first = commits.commit({ compare: [ready], then: [put('one')], else: [] }).then(
        ({ succeeded }) => succeeded,
        (error: { code: string }) => error.code,
      );
      await world.advance('5s');
      expect(await first).toBe(how === 'is refused' ? false : 'PERMISSION_DENIED');
      // What it compares holds by now: only its count can keep the attempt out.
      await store.put('ready', bytes(''));
      await store.transact(attempts[0]!);
      const other = commits.commit({ compare: [], then: [put('other')], else: [] });
      await world.advance('5s');
      expect((await other).succeeded).toBe(true);
      expect(await store.get('other')).toBeDefined();
      // Who was told that it failed was not told that it never is done.
      expect((await store.get('one')) !== undefined).toBe(how === 'fails');
      await store.close();
    },
  );
});
