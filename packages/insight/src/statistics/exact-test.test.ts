import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactTest } from './exact-test.ts';

test('the lady who tasted tea: all four right of eight is 1 in 70, three or more 17 in 70', () => {
  expect(exactTest(4, 4, 0, 4)).toBeCloseTo(1 / 70, 12);
  expect(exactTest(3, 4, 1, 4)).toBeCloseTo(17 / 70, 12);
});

test('it is a probability, and the less of one the more there are', () => {
  const sizes = fc.tuple(fc.nat(60), fc.nat(60), fc.nat(60), fc.nat(60));
  fc.assert(
    fc.property(sizes, ([ofNow, ofBefore, one, other]) => {
      const [now, before] = [Math.min(one, ofNow), Math.min(other, ofBefore)];
      const chance = exactTest(now, ofNow, before, ofBefore);
      expect(chance).toBeGreaterThanOrEqual(0);
      expect(chance).toBeLessThanOrEqual(1);
      if (now > 0 && before < ofBefore) {
        expect(exactTest(now - 1, ofNow, before + 1, ofBefore)).toBeGreaterThanOrEqual(chance - 1e-9);
      }
      expect(exactTest(0, ofNow, before, ofBefore)).toBeCloseTo(1, 9);
    }),
  );
});
