import { expect, test } from 'vitest';
import { sketchedTrace } from '../../../fixtures/sketched-trace.ts';
import { criticalTimes } from './critical-path.ts';
import { matchingSpans, nextMatch } from './span-search.ts';
import { spanTree } from './span-tree.ts';

const view = sketchedTrace(
  [
    {
      name: 'shop/POST checkout',
      from: 0,
      to: 1500,
      kind: 1,
      calls: [
        { name: 'cart/read', from: 5, to: 6, kind: 2 },
        { name: 'db/SELECT cart', from: 10, to: 10.4, error: true, kind: 2 },
      ],
    },
  ],
  [[0, 0, 1500]],
);
const tree = spanTree(view);
const found = (query: string) => {
  const matches = matchingSpans(tree, criticalTimes(view), query);
  return matches === undefined ? undefined : [...matches.keys()].filter((span) => matches[span] === 1);
};

test.each([
  ['', undefined],
  ['  ', undefined],
  ['CART', [1, 2]],
  ['service:cart', [1]],
  ['op:cart', [2]],
  ['kind:client', [1, 2]],
  ['error', [2]],
  ['critical', [0]],
  ['>1s', [0]],
  ['<500us', [2]],
  ['self>2ms', [0]],
  ['cart error', [2]],
  ['0000000000000002', [1]],
  ['nothing-like-it', []],
])('"%s"', (query, expected) => {
  expect(found(query)).toEqual(expected);
});

test('matches are walked in both directions, around the end', () => {
  const matches = Uint8Array.of(0, 1, 0, 1);
  expect(nextMatch(matches, 1, 1)).toBe(3);
  expect(nextMatch(matches, 3, 1)).toBe(1);
  expect(nextMatch(matches, 1, -1)).toBe(3);
  expect(nextMatch(matches, -1, 1)).toBe(1);
  expect(nextMatch(Uint8Array.of(0, 0), 0, 1)).toBe(-1);
});
