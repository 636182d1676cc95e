import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IntervalSet } from './interval-set.ts';

const anyKey = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 });
const anyStep = fc.record({
  remove: fc.boolean(),
  from: anyKey,
  end: fc.option(anyKey, { nil: undefined }),
  value: fc.nat(2),
});

test('an interval set finds what a look at every interval finds', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 150 }), fc.array(anyKey), (steps, points) => {
      const set = new IntervalSet<number>();
      const model = new Map<string, { from: string; end: string | undefined; value: number }>();
      for (const { remove, ...one } of steps) {
        const name = JSON.stringify([one.from, one.end ?? null, one.value]);
        if (remove) {
          set.delete(one.from, one.end, one.value);
          model.delete(name);
        } else {
          set.add(one.from, one.end, one.value);
          model.set(name, one);
        }
      }
      for (const point of points) {
        const found: number[] = [];
        set.stab(point, (value) => found.push(value));
        const expected = [...model.values()].filter(
          ({ from, end }) => from <= point && (end === undefined || end > point),
        );
        expect(found.sort()).toEqual(expected.map(({ value }) => value).sort());
      }
    }),
  );
});
