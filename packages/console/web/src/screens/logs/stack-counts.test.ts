import { expect, test } from 'vitest';
import { stackCounts } from './stack-counts.ts';

test('counts stand upon one another, the gravest at the bottom, and nothing where there is nothing', () => {
  const curve = (values: (number | null)[]) => ({ from: 1000, step: 10, values });
  const { from, step, bars } = stackCounts([
    { severity: 'info', counts: curve([3, null, 0]) },
    { severity: 'error', counts: curve([1, 2, 0]) },
  ]);
  expect({ from, step }).toEqual({ from: 1000, step: 10 });
  expect(bars).toEqual([
    {
      total: 4,
      pieces: [
        { severity: 'error', count: 1 },
        { severity: 'info', count: 3 },
      ],
    },
    { total: 2, pieces: [{ severity: 'error', count: 2 }] },
    { total: 0, pieces: [] },
  ]);
});

test('no severity at all is no bar', () => {
  expect(stackCounts([]).bars).toEqual([]);
});
