import { describe, expect, test } from 'vitest';
import { ResendTimeout } from './resend-timeout.ts';

describe('ResendTimeout', () => {
  test('begins with a second, and follows the round trips from then on', () => {
    const timeout = new ResendTimeout();
    expect(timeout.current).toBe(1_000_000);
    timeout.sample(300_000);
    expect(timeout.current).toBe(300_000 + 4 * 150_000);
    for (let count = 0; count < 50; count++) timeout.sample(300_000);
    expect(timeout.current).toBeGreaterThanOrEqual(300_000);
    expect(timeout.current).toBeLessThan(310_000);
  });

  test('is 200 ms at least, however quick the answers', () => {
    const timeout = new ResendTimeout();
    for (let count = 0; count < 50; count++) timeout.sample(0);
    expect(timeout.current).toBe(200_000);
  });

  test('doubles with each wait in vain, up to 5 s, until an answer comes', () => {
    const timeout = new ResendTimeout();
    const waits = Array.from({ length: 5 }, () => {
      const { current } = timeout;
      timeout.doubled();
      return current;
    });
    expect(waits).toEqual([1_000_000, 2_000_000, 4_000_000, 5_000_000, 5_000_000]);
    timeout.answered();
    expect(timeout.current).toBe(1_000_000);
  });
});
