import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallOrder, type TimedCall } from './call-order.ts';

const run = (
  ...calls: readonly (readonly [call: string, start: number, end: number])[]
): TimedCall<string>[] => calls.map(([call, start, end]) => ({ call, start, end }));

function placesOf(...runs: readonly TimedCall<string>[][]): Record<string, unknown> {
  const order = new CallOrder<string>();
  for (const each of runs) order.add(each);
  return Object.fromEntries(
    [...order.places()].map(([call, { place, parallel, times }]) => [call, [place, parallel, times]]),
  );
}

test('one after another, and what runs at the same time shares a place', () => {
  expect(placesOf(run(['check', 0, 2], ['stock', 3, 9], ['prices', 3, 6], ['pay', 9, 20]))).toEqual({
    check: [1, false, 1],
    stock: [2, true, 1],
    prices: [2, true, 1],
    pay: [3, false, 1],
  });
});

test('what is called only at times does not move the others', () => {
  const hit = run(['cache', 0, 1], ['answer', 2, 3]);
  const miss = run(['cache', 0, 1], ['load', 2, 8], ['answer', 9, 10]);
  expect(placesOf(hit, hit, hit, miss)).toEqual({
    cache: [1, false, 1],
    load: [2, false, 1],
    answer: [3, false, 1],
  });
});

test('what never happens together has no order', () => {
  expect(placesOf(run(['a', 0, 1], ['left', 1, 2]), run(['a', 0, 1], ['right', 3, 4]))).toEqual({
    a: [1, false, 1],
    left: [2, false, 1],
    right: [2, false, 1],
  });
});

test('repetitions are counted, one after another and at the same time', () => {
  const rows = run(['list', 0, 1], ...[0, 1, 2].map((n) => ['row', 1 + n, 2 + n] as const), ['end', 9, 10]);
  expect(placesOf(rows)).toEqual({ list: [1, false, 1], row: [2, false, 3], end: [3, false, 1] });
  expect(placesOf(run(['row', 0, 5], ['row', 1, 6]))).toEqual({ row: [1, true, 2] });
});

test('the majority of runs says the order, whatever a few do', () => {
  const usual = run(['a', 0, 1], ['b', 2, 3]);
  expect(placesOf(usual, usual, run(['b', 0, 1], ['a', 2, 3]))).toMatchObject({
    a: [1, false, 1],
    b: [2, false, 1],
  });
});

test('for any run, a call has a later place than all that ended before it began, and parallel is what overlaps', () => {
  const calls = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 20 })), { maxLength: 12 });
  fc.assert(
    fc.property(calls, (drawn) => {
      const timed = drawn.map(([start, length], index) => ({ call: index, start, end: start + length }));
      const order = new CallOrder<number>();
      order.add(timed);
      const places = order.places();
      for (const one of timed) {
        const others = timed.filter(({ call }) => call !== one.call);
        const { place, parallel } = places.get(one.call)!;
        expect(parallel).toBe(others.some(({ start, end }) => start < one.end && one.start < end));
        for (const { call, end } of others) {
          if (end <= one.start) expect(place).toBeGreaterThan(places.get(call)!.place!);
        }
      }
    }),
  );
});

test('beyond the limit calls are counted, and have no place', () => {
  const order = new CallOrder<number>();
  order.add(Array.from({ length: 70 }, (_, call) => ({ call, start: call, end: call + 1 })));
  const places = order.places();
  expect([places.get(63)!.place, places.get(64)!.place, places.get(69)!.times]).toEqual([64, undefined, 1]);
});
