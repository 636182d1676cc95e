import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlidingTally } from './sliding-tally.ts';

test('counts what lies in the slots of a window, whatever happened when', () => {
  const event = fc.record({ wait: fc.oneof(fc.nat(40), fc.nat(300)), good: fc.nat(3), bad: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(event), fc.nat(200), fc.integer({ min: 1, max: 8 }), (events, wait, slots) => {
      const tally = new SlidingTally(10, 80);
      const all: { at: number; good: number; bad: number }[] = [];
      let now = 1_000_003;
      for (const { bad, good, wait: passed } of events) {
        now += passed;
        tally.add(now, { good, bad });
        all.push({ at: now, good, bad });
      }
      now += wait;
      const from = Math.floor(now / 10) - slots + 1;
      const within = all.filter(({ at }) => Math.floor(at / 10) >= from);
      expect(tally.total(now, slots * 10)).toEqual({
        good: within.reduce((sum, { good }) => sum + good, 0),
        bad: within.reduce((sum, { bad }) => sum + bad, 0),
      });
    }),
    { numRuns: 3_000 },
  );
});
