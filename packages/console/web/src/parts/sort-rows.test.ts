import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortRows } from './sort-rows.ts';

test('names with numbers are in the order in which people count', () => {
  expect(sortRows(['orders-10', 'orders-2', 'gateway'], (name) => name, false)).toEqual([
    'gateway',
    'orders-2',
    'orders-10',
  ]);
});

test('rows come in order, and those that are alike stay in theirs', () => {
  const rows = fc.array(fc.nat(5)).map((values) => values.map((value, index) => ({ value, index })));
  fc.assert(
    fc.property(rows, fc.boolean(), (given, descending) => {
      const sorted = sortRows(given, ({ value }) => value, descending);
      expect([...sorted].sort((a, b) => a.index - b.index)).toEqual(given);
      for (const [at, row] of sorted.entries()) {
        const before = sorted[at - 1];
        if (before === undefined) continue;
        if (before.value === row.value) expect(before.index).toBeLessThan(row.index);
        else expect(before.value < row.value).toBe(!descending);
      }
    }),
  );
});
