import { ManualWorld } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partitionedBulkhead } from './partitioned-bulkhead.ts';

const never = (): Promise<never> => new Promise(() => {});

describe('a partitioned bulkhead', () => {
  test('a dependency that hangs takes its own places and the shared ones, and no other', async () => {
    const world = new ManualWorld();
    const room = partitionedBulkhead({
      world,
      total: 10,
      partitions: { slow: { guaranteed: 2, max: 10, maxQueue: 5 }, fast: { guaranteed: 3, max: 5 } },
    });
    for (let call = 0; call < 50; call++) void room.tryExecute(never, { key: 'slow' });
    expect([room.inUse('slow'), room.queued('slow')]).toEqual([7, 5]);
    for (let call = 0; call < 3; call++) void room.tryExecute(never, { key: 'fast' });
    expect(room.inUse('fast')).toBe(3);
    const refused = await room.tryExecute(never, { key: 'fast' });
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'BULKHEAD_FULL', context: { partition: 'fast', inUse: 3, queued: 0 } },
    });
  });

  test('a fixed partition never borrows', () => {
    const room = partitionedBulkhead({
      total: 10,
      partitions: { a: { guaranteed: 2 }, b: { guaranteed: 1 } },
    });
    for (let call = 0; call < 5; call++) void room.tryExecute(never, { key: 'a' });
    expect(room.inUse('a')).toBe(2);
  });

  test('a call needs a partition that exists', async () => {
    const room = partitionedBulkhead({ total: 1, partitions: { a: { guaranteed: 1 } } });
    expect(await room.tryExecute(never)).toMatchObject({ error: { code: 'KEY_REQUIRED' } });
    await expect(room.execute(never, { key: 'z' })).rejects.toThrow('partition is "z", but must be one of a');
    expect(() => room.queued('z')).toThrow('one of a');
    expect(room.idle).toBe(true);
  });

  test('a partition that could never get a permit is refused', () => {
    const partitions = { a: { guaranteed: 2 }, b: { guaranteed: 0, max: 1 } };
    expect(() => partitionedBulkhead({ total: 2, partitions })).toThrow(
      'partitions.b.guaranteed is 0, but must be at least 1 where total leaves nothing to share',
    );
  });

  test('the partition may follow from something else than the key', async () => {
    const room = partitionedBulkhead({
      total: 2,
      partitions: { vital: { guaranteed: 1 }, rest: { guaranteed: 1 } },
      partitionOf: ({ priority = 0 }) => (priority === 0 ? 'vital' : 'rest'),
    });
    void room.tryExecute(never, { priority: 5 });
    expect([room.inUse('vital'), room.inUse('rest')]).toEqual([0, 1]);
  });

  test('shared permits go round the partitions that wait', async () => {
    const world = new ManualWorld();
    const partition = { guaranteed: 0, max: 1, maxQueue: 10 };
    const room = partitionedBulkhead({
      world,
      total: 1,
      partitions: { a: partition, b: partition, c: partition },
    });
    const served: string[] = [];
    let end = (): void => {};
    const first = room.execute(() => new Promise<void>((resolve) => (end = resolve)), { key: 'a' });
    const calls = ['a', 'a', 'a', 'b', 'b', 'c'].map((key) => room.execute(() => served.push(key), { key }));
    end();
    await Promise.all([first, ...calls]);
    expect(served).toEqual(['a', 'b', 'c', 'a', 'b', 'a']);
    expect(room.idle).toBe(true);
  });

  test('permits move to another partition while it runs', async () => {
    const room = partitionedBulkhead({
      total: 4,
      partitions: { a: { guaranteed: 3 }, b: { guaranteed: 1, maxQueue: 5 } },
    });
    for (let call = 0; call < 3; call++) void room.tryExecute(never, { key: 'b' });
    room.reconfigure({ partitions: { a: { guaranteed: 1 }, b: { guaranteed: 3, maxQueue: 5 } } });
    expect([room.inUse('b'), room.queued('b')]).toEqual([3, 0]);
    expect(() => room.reconfigure({ total: 3 })).toThrow(
      'total is 3, but must be at least the sum of all guarantees, 4',
    );
    expect(() => room.reconfigure({ partitions: { z: { guaranteed: 1 } } })).toThrow('partitions is "z"');
  });

  test('whatever the others do, a guarantee can be claimed at once, and no limit is ever exceeded', async () => {
    const partition = fc.record({
      guaranteed: fc.nat(3),
      borrowed: fc.nat(3),
      maxQueue: fc.nat(3),
    });
    const step = fc.record({
      at: fc.nat(2),
      leaves: fc.boolean(),
      priority: fc.nat(3),
      settled: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(partition, partition, partition),
        fc.nat(3),
        fc.array(step, { maxLength: 60 }),
        async (shapes, spare, steps) => {
          const world = new ManualWorld();
          const sum = shapes.reduce((all, { guaranteed }) => all + guaranteed, 0);
          const livesOnShared = shapes.some(({ guaranteed }) => guaranteed === 0);
          const total = sum + Math.max(spare, livesOnShared ? 1 : 0);
          const labels = ['a', 'b', 'c'];
          const limits = shapes.map(({ guaranteed, borrowed, maxQueue }) => ({
            guaranteed,
            max: Math.min(total, Math.max(1, guaranteed + borrowed)),
            maxQueue,
          }));
          const room = partitionedBulkhead({
            world,
            total,
            partitions: Object.fromEntries(labels.map((label, at) => [label, limits[at]!])),
          });
          const ends: (() => void)[][] = [[], [], []];
          const calls: Promise<unknown>[] = [];
          for (const { at, leaves, priority, settled } of steps) {
            if (leaves) {
              ends[at]!.shift()?.();
              await world.settle();
            } else {
              const before = room.inUse(labels[at]);
              const operation = () =>
                settled ? undefined : new Promise<void>((resolve) => ends[at]!.push(resolve));
              calls.push(room.tryExecute(operation, { key: labels[at]!, priority }));
              if (before < limits[at]!.guaranteed && !settled)
                expect(room.inUse(labels[at])).toBe(before + 1);
            }
            let claimed = 0;
            for (const [index, { guaranteed, max, maxQueue }] of limits.entries()) {
              const inUse = room.inUse(labels[index]);
              expect(inUse).toBe(ends[index]!.length);
              expect(inUse).toBeLessThanOrEqual(max);
              expect(room.queued(labels[index])).toBeLessThanOrEqual(maxQueue);
              if (inUse < guaranteed) expect(room.queued(labels[index])).toBe(0);
              claimed += Math.max(inUse, guaranteed);
            }
            expect(claimed).toBeLessThanOrEqual(total);
          }
          for (let at = 0; !room.idle; at = (at + 1) % 3) {
            ends[at]!.shift()?.();
            await world.settle();
          }
          await Promise.all(calls);
        },
      ),
      { numRuns: 40 },
    );
  });
});
