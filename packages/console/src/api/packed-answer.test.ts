import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packed, unpacked } from './packed-answer.ts';

/** What somebody who asked for it reads. */
function roundTrip(answer: object): unknown {
  return unpacked(Uint8Array.from(Buffer.concat(packed(answer))).buffer);
}

const column = fc.oneof(
  fc.array(fc.double()).map((values) => Float64Array.from(values)),
  fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })).map((values) => Int32Array.from(values)),
  fc.uint8Array(),
);
const texts = fc.array(fc.string({ minLength: 4, maxLength: 5 }), { maxLength: 200 });

test('what was packed is read as it was', () => {
  const answer = fc.record({
    name: fc.string(),
    missing: fc.constant(undefined),
    columns: fc.array(column),
    inner: fc.record({ column, texts }),
    texts,
  });
  fc.assert(
    fc.property(answer, ({ missing, ...told }) => {
      expect(roundTrip({ missing, ...told })).toEqual(told);
    }),
  );
});

test('many ids are one text on the way', () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => index.toString(16).padStart(16, '0'));
  expect(Buffer.concat(packed({ ids })).length).toBeLessThan(16 * ids.length + 64);
  expect(roundTrip({ ids })).toEqual({ ids });
});

test('texts of many bytes each are cut where they were joined', () => {
  const names = Array.from({ length: 100 }, (_, index) => `ü${index % 10}`);
  expect(roundTrip({ names })).toEqual({ names });
});

test('a part of an array is packed, not what lies around it', () => {
  const part = Float64Array.of(1, 2, 3, 4).subarray(1, 3);
  expect(roundTrip({ part })).toEqual({ part: Float64Array.of(2, 3) });
});
