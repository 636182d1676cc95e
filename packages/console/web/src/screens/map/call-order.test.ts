import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callOrder } from './call-order.ts';

const service = fc.integer({ min: 0, max: 8 }).map((index) => `s${index}`);
const call = fc.record({ from: service, to: service });

test('whoever calls stands before whom it calls, unless that leads back to it', () => {
  fc.assert(
    fc.property(fc.array(call), (calls) => {
      const order = callOrder(calls);
      for (const { from, to } of calls) {
        if (!leadsTo(calls, to, from)) expect(order.indexOf(from)).toBeLessThan(order.indexOf(to));
      }
    }),
  );
});

function leadsTo(calls: readonly { readonly from: string; readonly to: string }[], from: string, to: string) {
  const reached = new Set([from]);
  for (const name of reached) for (const each of calls) if (each.from === name) reached.add(each.to);
  return reached.has(to);
}

test('everybody stands there once, wherever the calls come in which order', () => {
  fc.assert(
    fc.property(fc.array(call), (calls) => {
      const order = callOrder(calls);
      expect([...order].sort()).toEqual([...new Set(calls.flatMap(({ from, to }) => [from, to]))].sort());
      expect(callOrder(calls.toReversed())).toEqual(order);
    }),
  );
});

test('a circle begins where it is entered, and what belongs together stands together', () => {
  const calls = [
    ['gateway', 'orders'],
    ['gateway', 'catalog'],
    ['orders', 'payments'],
    ['payments', 'orders'],
    ['payments', 'bank'],
    ['catalog', 'catalog-db'],
  ] as const;
  expect(callOrder(calls.map(([from, to]) => ({ from, to })))).toEqual([
    ...['gateway', 'catalog', 'catalog-db', 'orders', 'payments', 'bank'],
  ]);
});

test('of a circle that nobody enters, who calls most begins', () => {
  const calls = [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'b'],
    ['c', 'a'],
    ['c', 'd'],
  ] as const;
  expect(callOrder(calls.map(([from, to]) => ({ from, to })))).toEqual(['c', 'a', 'b', 'd']);
});
