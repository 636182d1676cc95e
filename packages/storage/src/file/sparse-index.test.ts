import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SparseIndex } from './sparse-index.ts';

test('it leads to a frame at or before any position, and not far before it', () => {
  const frame = fc.record({
    records: fc.integer({ min: 1, max: 50 }),
    bytes: fc.integer({ min: 1, max: 100_000 }),
  });
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 60 }), fc.nat(), (frames, pick) => {
      const index = new SparseIndex();
      const places: { position: number; offset: number }[] = [];
      let [position, offset] = [1_000, 64];
      for (const { records, bytes } of frames) {
        places.push({ position, offset });
        index.add(position, offset);
        position += records;
        offset += bytes;
      }
      const wanted = 1_000 + (pick % (position - 1_000));
      const exact = places.findLast((place) => place.position <= wanted)!;
      const found = index.offsetBefore(wanted)!;
      expect(places.map((place) => place.offset)).toContain(found);
      expect(found).toBeLessThanOrEqual(exact.offset);
      expect(exact.offset - found).toBeLessThan(256 * 1_024);
      expect(index.offsetBefore(999)).toBeUndefined();
    }),
  );
});
