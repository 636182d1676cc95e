import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idWords, picked, traceWords } from './picked-rows.ts';

const count = 40;
const ascending = fc
  .subarray(Array.from({ length: count }, (_, row) => row))
  .map((rows) => Uint32Array.from(rows));

test('whichever rows are picked, their values stand one behind the other', () => {
  const values = BigInt64Array.from({ length: count }, (_, row) => BigInt(row) * -(10n ** 15n));
  fc.assert(
    fc.property(ascending, (rows) => {
      expect([...picked(values, rows)]).toEqual(Array.from(rows, (row) => values[row]));
    }),
  );
});

test('ids are read as the numbers that their bytes are', () => {
  const ids = fc.uint8Array({ minLength: count * 16, maxLength: count * 16 });
  fc.assert(
    fc.property(ids, ascending, (bytes, rows) => {
      const at = (from: number): bigint => Buffer.from(bytes).readBigUInt64BE(from);
      const [high, low] = traceWords(bytes, rows);
      expect([...high]).toEqual(Array.from(rows, (row) => at(row * 16)));
      expect([...low]).toEqual(Array.from(rows, (row) => at(row * 16 + 8)));
      expect([...idWords(bytes, rows)]).toEqual(Array.from(rows, (row) => at(row * 8)));
    }),
  );
});
