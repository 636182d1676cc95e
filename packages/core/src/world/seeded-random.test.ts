import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom, unpredictableRandom } from './seeded-random.ts';
import { Xoshiro128 } from './xoshiro128.ts';

const draws = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

describe('Xoshiro128', () => {
  test("gives the numbers of its authors' program, version 1.1, from the state {1, 2, 3, 4}", () => {
    const generator = new Xoshiro128(1, 2, 3, 4);
    expect(draws(10, () => generator.next())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });
});

describe('seededRandom', () => {
  test('gives the same numbers on every platform and in every version', () => {
    const random = seededRandom('holdfast');
    expect(draws(4, () => random.uint32())).toEqual([1178557067, 3160616994, 509613416, 3545345979]);
    expect([random.below(6), random.below(2 ** 40), random.float()]).toEqual([
      2, 68257195463, 0.339591767882092,
    ]);
    expect(random.fork('network').uint32()).toBe(1022591489);
  });

  test('a number is the same seed as its decimal text, and neighbouring seeds differ', () => {
    expect(seededRandom(7).uint32()).toBe(seededRandom('7').uint32());
    expect(new Set(Array.from({ length: 1_000 }, (_, seed) => seededRandom(seed).uint32())).size).toBe(1_000);
  });

  test('a fork depends on its name and its stream, not on what was drawn', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(20), (seed, name, drawn) => {
        const fresh = seededRandom(seed);
        const used = seededRandom(seed);
        draws(drawn, () => used.uint32());
        const fork = fresh.fork(name);
        expect(draws(4, () => used.fork(name).fork('x').uint32())).toEqual(
          draws(4, () => fork.fork('x').uint32()),
        );
        expect(draws(4, () => fork.uint32())).not.toEqual(draws(4, () => fresh.uint32()));
      }),
    );
  });

  test('drawing from a fork shifts nothing in its parent', () => {
    const lone = seededRandom(1);
    const parent = seededRandom(1);
    const fork = parent.fork('a');
    draws(5, () => fork.uint32());
    expect(draws(5, () => parent.uint32())).toEqual(draws(5, () => lone.uint32()));
  });

  test('below stays under every bound, and float in [0, 1)', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (seed, bound) => {
        const random = seededRandom(seed);
        const number = random.below(bound);
        const fraction = random.float();
        expect(Number.isInteger(number) && number >= 0 && number < bound).toBe(true);
        expect(fraction >= 0 && fraction < 1).toBe(true);
      }),
    );
    expect(seededRandom(0).below(1)).toBe(0);
  });

  test('below is uniform, also where 2^32 is no multiple of the bound', () => {
    const random = seededRandom('dice');
    const bound = 3 * 2 ** 30;
    const thirds = [0, 0, 0];
    for (let draw = 0; draw < 30_000; draw++) thirds[Math.floor(random.below(bound) / 2 ** 30)]!++;
    // Six standard deviations; with a modulo alone the first third would have 15,000.
    for (const count of thirds) expect(Math.abs(count - 10_000)).toBeLessThan(490);
  });

  test.each([0, -1, 1.5, 2 ** 53 + 2, Number.NaN])('refuses the bound %d', (bound) => {
    expect(() => seededRandom(0).below(bound)).toThrow('bound is');
  });
});

test('unpredictableRandom never repeats itself', () => {
  const random = unpredictableRandom();
  const other = unpredictableRandom();
  expect(draws(4, () => random.uint32())).not.toEqual(draws(4, () => other.uint32()));
});
