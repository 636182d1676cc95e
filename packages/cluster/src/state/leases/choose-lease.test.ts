import { expect, test } from 'vitest';
import { chooseLease, leaseTtlMin } from './choose-lease.ts';

test('a grant without an id gets a positive one that is free, and enough time', () => {
  const draws = [0n, 2n ** 63n, 5n, 2n ** 64n - 1n];
  const chosen = chooseLease(
    { id: 0n, ttl: 1 },
    2,
    (id) => id === 5n,
    () => draws.shift()!,
  );
  expect(chosen).toEqual({ id: 2n ** 63n - 1n, ttl: 2 });
  const asked = chooseLease(
    { id: -4n, ttl: 100 },
    2,
    () => true,
    () => 1n,
  );
  expect(asked).toEqual({ id: -4n, ttl: 100 });
  expect(leaseTtlMin(1_000_000)).toBe(2);
});
