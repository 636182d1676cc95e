import { expect, test } from 'vitest';
import { sketchedTrace } from '../../../fixtures/sketched-trace.ts';
import { whereTimeWent } from './where-time-went.ts';

const roots = [
  {
    name: 'shop/checkout',
    from: 0,
    to: 100,
    calls: [
      { name: 'db/select', from: 10, to: 40 },
      { name: 'db/select', from: 40, to: 80 },
    ],
  },
];

test('it names the operation that holds most of the path, all its calls together', () => {
  const view = sketchedTrace(roots, [
    [0, 0, 10],
    [1, 10, 40],
    [2, 40, 80],
    [0, 80, 100],
  ]);
  expect(whereTimeWent(view)).toBe('select of db holds 70 ms in 2 calls, 70% of the way from start to end.');
});

test('without a path it says nothing', () => {
  expect(whereTimeWent(sketchedTrace(roots))).toBeUndefined();
});
