import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteQueue } from './byte-queue.ts';

describe('ByteQueue', () => {
  test('gives back what was put in, up to its capacity', () => {
    const step = fc.oneof(
      fc.record({ append: fc.uint8Array({ maxLength: 3_000 }) }),
      fc.record({ drop: fc.nat(3_000) }),
      fc.record({ copy: fc.nat(3_000), length: fc.nat(3_000) }),
      fc.record({ clear: fc.constant(true) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.array(step), (capacity, steps) => {
        const queue = new ByteQueue(capacity);
        let model: number[] = [];
        for (const each of steps) {
          if ('append' in each) {
            const taken = Math.min(each.append.length, capacity - model.length);
            expect(queue.append(each.append)).toBe(taken);
            model.push(...each.append.subarray(0, taken));
          } else if ('drop' in each) {
            const count = Math.min(each.drop, model.length);
            queue.drop(count);
            model = model.slice(count);
          } else if ('copy' in each) {
            const offset = Math.min(each.copy, model.length);
            const length = Math.min(each.length, model.length - offset);
            expect([...queue.copy(offset, length)]).toEqual(model.slice(offset, offset + length));
          } else {
            queue.clear();
            model = [];
          }
          expect(queue.size).toBe(model.length);
          expect(queue.room).toBe(capacity - model.length);
        }
      }),
    );
  });
});
