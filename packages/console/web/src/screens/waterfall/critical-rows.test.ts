import { expect, test } from 'vitest';
import { criticalRows } from './critical-rows.ts';

const path = {
  spans: [0, 1, 2, 1, 0],
  starts: [0, 10, 20, 30, 40],
  ends: [10, 20, 30, 40, 50],
};

function piecesOf(rowOf: readonly number[], rowCount: number, row: number) {
  const { offsets, byRow, starts, ends } = criticalRows(path, Int32Array.from(rowOf), rowCount);
  return [...byRow.subarray(offsets[row], offsets[row + 1])].map((piece) => [starts[piece], ends[piece]]);
}

test('each row has its pieces, in order of time', () => {
  expect(piecesOf([0, 1, 2], 3, 0)).toEqual([
    [0, 10],
    [40, 50],
  ]);
  expect(piecesOf([0, 1, 2], 3, 2)).toEqual([[20, 30]]);
});

test('a folded span holds the pieces of what is folded into it, as one', () => {
  expect(piecesOf([0, 1, 1], 2, 1)).toEqual([[10, 40]]);
  expect(piecesOf([0, 0, 0], 1, 0)).toEqual([[0, 50]]);
});

test('what has no row is left out', () => {
  expect(piecesOf([0, -1, -1], 1, 0)).toEqual([
    [0, 10],
    [40, 50],
  ]);
});
