import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Inflights } from './inflights.ts';

test('is full by messages or by bytes, and an answer stands for all before', () => {
  const inflights = new Inflights(3, 100);
  inflights.add(5, 10);
  inflights.add(6, 10);
  expect(inflights.full).toBe(false);
  inflights.add(9, 10);
  expect(inflights.full).toBe(true);
  expect(() => inflights.add(10, 1)).toThrow('append up to 10 sent beyond a window of 3 messages');
  inflights.freeUpTo(8);
  expect([inflights.count, inflights.bytes]).toEqual([1, 10]);
  inflights.add(20, 500);
  expect(inflights.full).toBe(true);
  inflights.freeUpTo(20);
  expect([inflights.count, inflights.bytes, inflights.full]).toEqual([0, 0, false]);
});

test('is what a plain list is', () => {
  const steps = fc.array(
    fc.record({ free: fc.boolean(), step: fc.integer({ min: 1, max: 3 }), bytes: fc.nat(40) }),
  );
  fc.assert(
    fc.property(steps, (all) => {
      const inflights = new Inflights(4, 100);
      let list: { last: number; bytes: number }[] = [];
      let last = 0;
      for (const { free, step, bytes } of all) {
        if (free) {
          const upTo = last - step;
          list = list.filter((each) => each.last > upTo);
          inflights.freeUpTo(upTo);
        } else if (!inflights.full) {
          last += step;
          list.push({ last, bytes });
          inflights.add(last, bytes);
        }
        const sum = list.reduce((total, each) => total + each.bytes, 0);
        expect([inflights.count, inflights.bytes]).toEqual([list.length, sum]);
        expect(inflights.full).toBe(list.length === 4 || sum >= 100);
      }
    }),
  );
});
