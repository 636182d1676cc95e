import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rendezvous } from './rendezvous.ts';

test('a key moves only to a server that joins', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (key, count) => {
      const before = rendezvous(key, count);
      expect(before).toBeLessThan(count);
      expect([before, count]).toContain(rendezvous(key, count + 1));
    }),
  );
});

test('keys spread evenly, also when they hardly differ', () => {
  const keys = Array.from({ length: 30_000 }, (_, number) => `user:${number}`);
  for (const count of [2, 3, 7]) {
    const held = new Array<number>(count).fill(0);
    for (const key of keys) held[rendezvous(key, count)]!++;
    for (const share of held) expect(Math.abs(share / (keys.length / count) - 1)).toBeLessThan(0.05);
  }
});
