import { expect, test } from 'vitest';
import { sketchedTrace } from '../../../fixtures/sketched-trace.ts';
import { criticalTimes, serviceShares } from './critical-path.ts';

const view = sketchedTrace(
  [
    {
      name: 'shop/checkout',
      from: 0,
      to: 100,
      calls: [
        { name: 'cart/read', from: 10, to: 30 },
        { name: 'pay/charge', from: 30, to: 90, error: true },
      ],
    },
  ],
  [
    [0, 0, 10],
    [1, 10, 30],
    [2, 30, 90],
    [0, 90, 100],
  ],
);

test('each span knows how much of the path it holds', () => {
  expect([...criticalTimes(view)]).toEqual([20, 20, 60]);
});

test('the service that holds most of the path is named first', () => {
  const shares = serviceShares(view);
  expect(shares.map(({ service, share }) => [view.services[service], share])).toEqual([
    ['pay', 0.6],
    ['shop', 0.2],
    ['cart', 0.2],
  ]);
  expect(shares[0]).toMatchObject({ spans: 1, errors: 1, critical: 60 });
});

test('a trace without a path has no shares', () => {
  expect(serviceShares(sketchedTrace([{ name: 'a/x', from: 0, to: 1 }]))[0]?.share).toBe(0);
});
