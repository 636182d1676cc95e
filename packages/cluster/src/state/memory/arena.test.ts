import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena } from './arena.ts';

const unitBytes = 16;

describe('arena', () => {
  test('keeps what is written into blocks apart, whatever is allocated and freed in between', () => {
    const anyStep = fc.oneof(
      { weight: 3, arbitrary: fc.record({ allocate: fc.integer({ min: 0, max: 3000 }) }) },
      { weight: 1, arbitrary: fc.record({ allocate: fc.integer({ min: 60_000, max: 2_500_000 }) }) },
      { weight: 3, arbitrary: fc.record({ free: fc.nat() }) },
    );
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 80 }), (steps) => {
        const arena = new Arena();
        const blocks: { address: number; size: number; mark: number }[] = [];
        let mark = 0;
        for (const step of steps) {
          if ('allocate' in step) {
            const size = Math.max(1, step.allocate);
            const address = arena.allocate(size);
            expect(address).not.toBe(0);
            mark = (mark + 1) & 0xff;
            const at = (address & 0xffff) * unitBytes;
            arena.bytes[address >>> 16]!.fill(mark, at, at + size);
            blocks.push({ address, size, mark });
          } else if (blocks.length > 0) {
            arena.free(blocks.splice(step.free % blocks.length, 1)[0]!.address);
          }
        }
        for (const block of blocks) {
          const at = (block.address & 0xffff) * unitBytes;
          const bytes = arena.bytes[block.address >>> 16]!.subarray(at, at + block.size);
          expect(bytes.length).toBe(block.size);
          expect(bytes.every((byte) => byte === block.mark)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('gives back what nobody uses', () => {
    const arena = new Arena();
    const addresses: number[] = [];
    for (let count = 0; count < 100_000; count++) addresses.push(arena.allocate(100));
    addresses.push(arena.allocate(5_000_000));
    expect(arena.reservedBytes).toBeGreaterThan(16_000_000);
    for (const address of addresses) arena.free(address);
    expect(arena.reservedBytes).toBeLessThan(1_100_000);
  });

  test('is used again before it grows', () => {
    const arena = new Arena();
    let addresses: number[] = [];
    for (let count = 0; count < 20_000; count++) addresses.push(arena.allocate(1072));
    const reserved = arena.reservedBytes;
    for (let round = 0; round < 5; round++) {
      for (const address of addresses) arena.free(address);
      addresses = [];
      for (let count = 0; count < 20_000; count++) addresses.push(arena.allocate(1072));
    }
    expect(arena.reservedBytes).toBeLessThanOrEqual(reserved + 1_100_000);
  });

  test('takes little more than what is asked for', () => {
    for (const size of [40, 260, 1072, 5000, 60_000]) {
      const arena = new Arena();
      for (let bytes = 0; bytes < 30_000_000; bytes += size) arena.allocate(size);
      expect(arena.reservedBytes).toBeLessThan(30_000_000 * 1.25);
    }
    const arena = new Arena();
    for (let count = 0; count < 50_000; count++) arena.allocate(1072);
    expect(arena.reservedBytes).toBeLessThan(50_000 * 1072 * 1.05);
  });
});
