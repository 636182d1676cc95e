import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlidingCount } from './sliding-count.ts';

test('counts what a list of all times would count in the ten latest tenths', () => {
  const steps = fc.array(fc.record({ wait: fc.nat({ max: 25 }), add: fc.boolean() }));
  fc.assert(
    fc.property(fc.nat({ max: 1e9 }), steps, (start, run) => {
      const count = new SlidingCount();
      const times: number[] = [];
      let now = start;
      for (const { wait, add } of run) {
        now += wait;
        if (add) {
          count.add(now);
          times.push(now);
        }
        expect(count.total(now)).toBe(times.filter((time) => time > now - 10).length);
      }
    }),
  );
});
