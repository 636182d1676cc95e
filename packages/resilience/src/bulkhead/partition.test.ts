import { ManualWorld, sleep } from '@holdfast/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partition } from './partition.ts';

const never = () => new Promise<never>(() => {});

test('a slow partition cannot take what others are guaranteed', async () => {
  const world = new ManualWorld();
  const { slow, quick } = partition(10, { slow: { guaranteed: 4, max: 7 }, quick: { guaranteed: 3 } }, world);
  for (let call = 0; call < 50; call++) void slow.tryExecute(never);
  expect(slow.inUse).toBe(7);
  for (let call = 0; call < 3; call++) void quick.tryExecute(never);
  expect(quick.inUse).toBe(3);
  expect(await quick.tryExecute(never)).toMatchObject({ ok: false, error: { code: 'BULKHEAD_FULL' } });
});

test('a place that comes back goes to whoever waits for it', async () => {
  const world = new ManualWorld();
  const { a, b } = partition(
    2,
    { a: { guaranteed: 0, max: 2, maxQueue: 9 }, b: { guaranteed: 0, max: 2, maxQueue: 9 } },
    world,
  );
  const calls = [a, a, b, b].map((part) => part.execute(() => sleep('1s', { world })));
  expect([a.inUse, b.inUse]).toEqual([2, 0]);
  await world.advance('1s');
  expect([a.inUse, b.inUse]).toEqual([0, 2]);
  await world.advance('1s');
  await Promise.all(calls);
});

test('whatever is called, the total holds and every guarantee can be claimed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ guaranteed: fc.nat(3), extra: fc.nat(4) }), { minLength: 1, maxLength: 4 }),
      fc.nat(4),
      fc.array(fc.nat(3), { maxLength: 60 }),
      (shapes, spare, calls) => {
        const world = new ManualWorld();
        const total = Math.max(
          1,
          shapes.reduce((sum, { guaranteed }) => sum + guaranteed, spare),
        );
        const shape = Object.fromEntries(
          shapes.map(({ guaranteed, extra }, index) => [
            `p${index}`,
            { guaranteed, max: guaranteed + Math.min(extra, spareOf(shapes, total)) },
          ]),
        );
        fc.pre(Object.values(shape).every(({ max }) => max > 0));
        const parts = Object.values(partition(total, shape, world));
        for (const index of calls) void parts[index % parts.length]!.tryExecute(never);
        const inUse = () => parts.reduce((sum, part) => sum + part.inUse, 0);
        expect(inUse()).toBeLessThanOrEqual(total);
        for (const [index, { guaranteed }] of shapes.entries()) {
          const part = parts[index]!;
          while (part.inUse < guaranteed) {
            const before = part.inUse;
            void part.tryExecute(never);
            expect(part.inUse).toBe(before + 1);
          }
        }
        expect(inUse()).toBeLessThanOrEqual(total);
      },
    ),
  );
});

function spareOf(shapes: readonly { guaranteed: number }[], total: number): number {
  return total - shapes.reduce((sum, { guaranteed }) => sum + guaranteed, 0);
}

test('refuses what cannot be promised', () => {
  expect(() => partition(3, { a: { guaranteed: 2 }, b: { guaranteed: 2 } })).toThrow('total is 3');
  expect(() => partition(3, { a: { guaranteed: 2, max: 1 } })).toThrow('partitions.a.max is 1');
  const greedy = { a: { guaranteed: 0, max: 1 }, b: { guaranteed: 3 } };
  expect(() => partition(3, greedy)).toThrow('partitions.a.max is 1');
});
