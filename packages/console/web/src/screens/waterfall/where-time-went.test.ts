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
  expect(whereTimeWent(view)).toBe('select of db holds 70 ms in 2 calls, 70% of the critical path.');
});

test('what goes on when all is answered is no part of the way', () => {
  const view = sketchedTrace(
    [...roots, { name: 'mail/send', from: 900, to: 1_000 }],
    [
      [0, 0, 20],
      [1, 20, 100],
    ],
  );
  expect(whereTimeWent(view)).toBe('select of db holds 80 ms, 80% of the critical path.');
});

test('without a path it says nothing', () => {
  expect(whereTimeWent(sketchedTrace(roots))).toBeUndefined();
});
