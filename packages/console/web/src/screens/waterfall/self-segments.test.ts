import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sketchedTrace } from '../../../fixtures/sketched-trace.ts';
import { selfSegments } from './self-segments.ts';
import { spanTree } from './span-tree.ts';

const parentOf = (calls: readonly (readonly [number, number])[]) =>
  spanTree(
    sketchedTrace([
      { name: 'a/x', from: 10, to: 50, calls: calls.map(([from, to]) => ({ name: 'b/y', from, to })) },
    ]),
  );

test.each([
  ['alone', [], [10, 50]],
  ['waiting in the middle', [[20, 30]], [10, 20, 30, 50]],
  ['waiting from the first to the last moment', [[10, 50]], []],
  [
    'children that overlap',
    [
      [20, 40],
      [30, 45],
    ],
    [10, 20, 45, 50],
  ],
  [
    'a child within another',
    [
      [15, 45],
      [20, 30],
    ],
    [10, 15, 45, 50],
  ],
  ['a child that outlives it', [[40, 90]], [10, 40]],
  ['a child that begins when it has ended', [[60, 90]], [10, 50]],
  ['a child that begins before it, by its clock', [[5, 20]], [20, 50]],
] as const)('%s', (_, calls, expected) => {
  expect([...selfSegments(parentOf(calls), 0)]).toEqual(expected);
});

test('each millisecond of a span is its own or a child’s', () => {
  const call = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 30 }));
  fc.assert(
    fc.property(fc.array(call, { maxLength: 8 }), (calls) => {
      const sorted = calls
        .map(([from, length]) => [from, from + length] as const)
        .sort(([one], [other]) => one - other);
      const segments = selfSegments(parentOf(sorted), 0);
      for (let at = 10; at < 50; at++) {
        const own = segments.some(
          (start, index) => index % 2 === 0 && start <= at && at < segments[index + 1]!,
        );
        const waits = sorted.some(([from, to]) => from <= at && at < to);
        expect(own).toBe(!waits);
      }
    }),
  );
});
