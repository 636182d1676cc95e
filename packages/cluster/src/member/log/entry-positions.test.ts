import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EntryPositions } from './entry-positions.ts';

type Step = { readonly append: number } | { readonly truncateTo: number } | { readonly forget: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 5 }).map((append) => ({ append })) },
  { weight: 1, arbitrary: fc.nat({ max: 40 }).map((truncateTo) => ({ truncateTo })) },
  { weight: 1, arbitrary: fc.nat({ max: 40 }).map((forget) => ({ forget })) },
);

describe('positions of entries', () => {
  test('no record with an entry from the index on is let go', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat({ max: 60 }), (steps, asked) => {
        const positions = new EntryPositions();
        /** The record of each entry that is in force. */
        const recordOf = new Map<number, number>();
        let last = 0;
        let base = 0;
        let position = 0;
        for (const each of steps) {
          if ('append' in each) {
            positions.add(last + 1, position);
            for (let more = 0; more < each.append; more++) recordOf.set(++last, position);
            position++;
          } else if ('truncateTo' in each) {
            const to = Math.max(base, Math.min(last, each.truncateTo));
            positions.truncateFrom(to + 1);
            for (let index = to + 1; index <= last; index++) recordOf.delete(index);
            last = to;
          } else {
            const first = Math.min(last, each.forget);
            base = Math.max(base, first - 1);
            positions.forgetBefore(first);
          }
        }
        const needed = [...recordOf]
          .filter(([index]) => index >= Math.max(asked, base + 1))
          .map(([, at]) => at);
        const kept = positions.positionOf(asked);
        if (needed.length > 0) expect(kept).toBeLessThanOrEqual(Math.min(...needed));
      }),
    );
  });
});
