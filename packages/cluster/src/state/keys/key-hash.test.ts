import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashKey, KeyHash } from './key-hash.ts';

describe('key hash', () => {
  test('finds what a map finds, whatever comes and goes, and admits what it has no room for', () => {
    // Hashes that are all over, alike in their leading bits, alike in their places, or the same.
    const anyHash = fc.oneof(
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.nat(3000),
      fc.nat(3000).map((high) => (high << 10) >>> 0),
      fc.constantFrom(0, 0xffff_ffff),
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ hash: anyHash, times: fc.integer({ min: 1, max: 40 }), remove: fc.boolean() }), {
          maxLength: 200,
          size: 'max',
        }),
        (steps) => {
          const table = new KeyHash();
          const model = new Map<number, number>();
          let next = 1;
          for (const { hash, times, remove } of steps) {
            for (let time = 0; time < times; time++) {
              if (remove) {
                for (const [address, its] of model) {
                  if (its !== hash) continue;
                  table.remove(hash, address);
                  model.delete(address);
                  break;
                }
              } else {
                table.add(hash, next);
                model.set(next++, hash);
              }
            }
          }
          for (const [address, hash] of model) {
            const found = table.find(hash, (one) => one === address);
            if (found === 0) expect(table.isIncomplete(hash)).toBe(true);
            else expect(found).toBe(address);
          }
          expect(table.find(12345, () => true)).toBe([...model].find(([, hash]) => hash === 12345)?.[0] ?? 0);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('spreads keys that are alike', () => {
    const buckets = new Uint32Array(256);
    for (let index = 0; index < 25_600; index++) {
      const hash = hashKey(Buffer.from(`/registry/pods/default/pod-${index}`));
      buckets[hash >>> 24]!++;
    }
    expect(Math.max(...buckets)).toBeLessThan(170);
  });
});
