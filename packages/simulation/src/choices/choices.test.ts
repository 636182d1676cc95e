import { describe, expect, test } from 'vitest';
import { Choices } from './choices.ts';

describe('Choices', () => {
  const draws = (choices: Choices, count: number) => {
    const site = choices.site('loss', 'a>b');
    return Array.from({ length: count }, () => site.happens(200_000));
  };

  test('the same seed decides the same, another seed otherwise', () => {
    expect(draws(new Choices(1), 200)).toEqual(draws(new Choices('1'), 200));
    expect(draws(new Choices(1), 200)).not.toEqual(draws(new Choices(2), 200));
  });

  test('a draw elsewhere shifts nothing', () => {
    const disturbed = new Choices(1);
    disturbed.site('loss', 'b>a').happens(500_000);
    disturbed.site('loss', 'a>b').below(10);
    expect(draws(disturbed, 200)).toEqual(draws(new Choices(1), 200));
  });

  test('only what is allowed happens again, in the same places', () => {
    const first = new Choices(1);
    draws(first, 200);
    expect(first.taken.length).toBeGreaterThan(20);
    const kept = first.taken.filter((_, index) => index % 3 === 0);
    const again = new Choices(1, { only: kept });
    draws(again, 200);
    expect(again.taken).toEqual(kept);
    const none = new Choices(1, { only: [] });
    expect(draws(none, 200)).not.toContain(true);
  });

  test('a draw at one moment shifts nothing at another', () => {
    const happensAt = (moments: readonly number[]) => {
      let now = 0;
      const site = new Choices(1, { now: () => now }).site('loss', 'a>b');
      return moments.map((moment) => {
        now = moment;
        return [site.happens(500_000), site.below(1_000_000)];
      });
    };
    const all = Array.from({ length: 200 }, (_, index) => index * 1_000);
    const everyThird = happensAt(all).filter((_, index) => index % 3 === 0);
    expect(happensAt(all.filter((_, index) => index % 3 === 0))).toEqual(everyThird);
    expect(new Set(everyThird.map(([, draw]) => draw)).size).toBe(everyThird.length);
  });

  test('happens as often as asked', () => {
    const site = new Choices(7).site('loss');
    let count = 0;
    for (let draw = 0; draw < 100_000; draw++) if (site.happens(50_000)) count++;
    expect(count).toBeGreaterThan(4_600);
    expect(count).toBeLessThan(5_400);
    expect(site.happens(0)).toBe(false);
    expect(site.happens(1_000_000)).toBe(true);
  });

  test('what is not possible does not happen, and shifts nothing', () => {
    const all = draws(new Choices(1), 200);
    const site = new Choices(1).site('loss', 'a>b');
    const some = all.map((_, draw) => site.happens(200_000, draw % 2 === 0));
    expect(some).toEqual(all.map((happened, draw) => happened && draw % 2 === 0));
  });

  test('integers are spread evenly, and stay in their bounds', () => {
    const site = new Choices(7).site('latency');
    const counts = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 100_000; draw++) counts[site.below(10)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    for (let draw = 0; draw < 1_000; draw++) {
      const latency = site.between(200, 2 ** 31);
      expect(latency).toBeGreaterThanOrEqual(200);
      expect(latency).toBeLessThanOrEqual(2 ** 31);
    }
    expect(() => site.below(0)).toThrow('bound is 0');
  });
});
