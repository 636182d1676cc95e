// Goal: the memory engine keeps the contract. Method: the contract suite under a clock that the test moves, then as a
// program on a simulated host whose process is paused and lags, and what is the engine's own: its bounds.
import { ManualWorld, sleep } from '@holdfast/core';
import { SimulatedWorld } from '@holdfast/simulation';
import { describe, expect, test } from 'vitest';
import { type Lease, type MemoryStore, memoryStore } from '../src/index.ts';
import { coordinationContract, type StoreUnderTest } from '../src/testkit/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** Memory has no servers and no connections. */
function underTest(world: ManualWorld): StoreUnderTest {
  const first = memoryStore({ world });
  return {
    open: async () => first.client(),
    prefix: 'case/',
    leaseTtl: '1s',
    now: () => world.clock.now(),
    sleep: (duration, options) => sleep(duration, { world, ...options }),
    held: () => world.pendingTimers,
    compact: async (revision) => first.compact(revision),
    crash: async (store) => (store as MemoryStore).crash(),
  };
}

/** Lets time pass until `work` is done. */
async function drive(world: ManualWorld, work: Promise<void>): Promise<void> {
  let settled = false;
  const watched = work.finally(() => {
    settled = true;
  });
  watched.catch(() => {});
  await world.settle();
  while (!settled) await world.advance('10ms');
  await watched;
}

describe('the memory engine keeps the contract', () => {
  const under = underTest(new ManualWorld());
  const cases = coordinationContract.filter(({ needs }) => needs.every((hook) => hook in under));
  test.each(cases.map(({ name, run }) => [name, run] as const))('%s', async (_name, run) => {
    const world = new ManualWorld();
    await drive(world, run(underTest(world) as Required<StoreUnderTest>));
  });
});

describe('leases follow the clock, however late timers are', () => {
  test('a process that was paused for longer than its lease has lost it at once', async () => {
    const world = new SimulatedWorld({ seed: 1 });
    let lease: Lease | undefined;
    let lost = false;
    world.addHost('host', async (host) => {
      const store = memoryStore({ world: host });
      lease = await store.grantLease('1s');
      await store.put('key', bytes('x'), { lease });
      lease.lost.addEventListener('abort', () => {
        lost = true;
      });
      await sleep('10s', { world: host });
      expect(await store.get('key')).toBeUndefined();
      await store.close();
    });
    const host = world.host('host');
    await world.runFor('2s');
    expect(lease?.held).toBe(true);
    host.pause();
    await world.runFor('2s');
    // Its timers are still due, but it knows already, for it reads the clock.
    expect(lease?.held).toBe(false);
    host.resume();
    await world.runFor('10s');
    expect(lost).toBe(true);
    expect(world.failures).toEqual([]);
    world.close();
  });

  test('an event loop that lags less than the lease is long keeps it', async () => {
    const world = new SimulatedWorld({ seed: 2 });
    let lease: Lease | undefined;
    world.addHost('host', async (host) => {
      lease = await memoryStore({ world: host }).grantLease('1s');
    });
    await world.runFor('100ms');
    world.host('host').setLag(400_000);
    await world.runFor('20s');
    expect(lease?.held).toBe(true);
    world.close();
  });
});

describe('its bounds', () => {
  test('the oldest history goes when there are more changes than it keeps', async () => {
    const store = memoryStore({ world: new ManualWorld(), historyMax: 3 });
    const watch = store.watch('', { from: 2 });
    const revisions: number[] = [];
    for (let round = 0; round < 10; round++) {
      revisions.push((await store.put('key', bytes(`${round}`))).revision);
    }
    await store.delete('gone');
    expect((await store.get('key', { revision: revisions[6]! }))?.modRevision).toBe(revisions[6]);
    await expect(store.get('key', { revision: revisions[5]! })).rejects.toMatchObject({
      code: 'REVISION_COMPACTED',
      context: { revision: revisions[6] },
    });
    expect((await watch.next()).value).toEqual({ kind: 'compacted', revision: revisions[6] });
    for (const revision of revisions.slice(7)) expect((await watch.next()).value).toMatchObject({ revision });
    await store.close();
  });

  test('the oldest history goes when it has more bytes than it keeps', async () => {
    const store = memoryStore({ world: new ManualWorld(), historyBytesMax: 1_000 });
    for (let round = 0; round < 10; round++) await store.put('key', new Uint8Array(300));
    const { revision } = await store.range('');
    expect(await store.get('key', { revision: revision - 2 })).toBeDefined();
    await expect(store.get('key', { revision: revision - 5 })).rejects.toMatchObject({
      code: 'REVISION_COMPACTED',
    });
    await store.close();
  });

  test('what would take more room than there is, is refused as a whole', async () => {
    const store = memoryStore({ world: new ManualWorld(), bytesMax: 1_000 });
    await store.put('a', new Uint8Array(600));
    const then = ['b', 'c'].map((key) => ({ do: 'put' as const, key, value: new Uint8Array(300) }));
    await expect(store.transact({ compare: [], then })).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect((await store.range('')).entries).toHaveLength(1);
    await store.delete('a');
    await store.transact({ compare: [], then });
    await store.close();
  });

  test('options that cannot work are refused', () => {
    expect(() => memoryStore({ historyMax: 0 })).toThrow(/historyMax is 0/);
    expect(() => memoryStore({ bytesMax: 1.5 })).toThrow(/bytesMax is 1.5/);
    expect(() => memoryStore({ clockDriftMax: 500_000 })).toThrow(/clockDriftMax is 500000/);
  });
});
