import { expect, test } from 'vitest';
import { arrivals } from './schedule.ts';
import { inWave } from './wave.ts';

test('twice as many come while the wave lasts, as many as before after it, and nobody is left out', () => {
  const perSecond = [0, 0, 0, 0, 0];
  let last = 0;
  let count = 0;
  for (const { at, order } of inWave(arrivals(3, 100), { from: 1_000, until: 3_000, factor: 2 })) {
    if (at >= 5_000) break;
    expect(at).toBeGreaterThanOrEqual(last);
    expect(order.basket).toBe(`basket-${count++}`);
    perSecond[Math.floor(at / 1_000)]!++;
    last = at;
  }
  expect(perSecond).toEqual([100, 200, 200, 100, 100]);
});
