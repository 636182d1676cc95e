import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SharedMap } from './shared-map.ts';

const anyStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ set: fc.integer({ min: 0, max: 400 }) }) },
  { weight: 3, arbitrary: fc.record({ remove: fc.integer({ min: 0, max: 400 }) }) },
  { weight: 1, arbitrary: fc.constant('freeze' as const) },
);

describe('shared map', () => {
  test('is what a plain map is, in order; and frozen, what that was', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 50, maxLength: 1200 }), (steps) => {
        const map = new SharedMap<number, number>();
        const model = new Map<number, number>();
        const frozen: { read: Iterator<number>; expected: number[] }[] = [];
        const sorted = (): number[] =>
          [...model].sort(([one], [other]) => one - other).map(([, value]) => value);
        let value = 0;
        for (const step of steps) {
          if (step === 'freeze') frozen.push({ read: map.freeze(), expected: sorted() });
          else if ('set' in step) {
            map.set(step.set, ++value);
            model.set(step.set, value);
          } else {
            expect(map.delete(step.remove)).toBe(model.delete(step.remove));
          }
          // They are read on while the map changes.
          for (const { read, expected } of frozen) {
            const next = read.next();
            if (next.done !== true) expect(next.value).toEqual(expected.shift());
          }
        }
        expect([...map.values()]).toEqual(sorted());
        expect(map.size).toBe(model.size);
        for (let key = 0; key <= 400; key++) expect(map.get(key)).toBe(model.get(key));
        for (const { read, expected } of frozen) {
          expect([...(read as IterableIterator<number>)]).toEqual(expected);
        }
      }),
      { numRuns: 40 },
    );
  });
});
