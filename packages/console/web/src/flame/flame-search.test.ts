import { expect, test } from 'vitest';
import { flameMatches, matchedWeight } from './flame-search.ts';
import { depthsOf, type FlameTree } from './flame-tree.ts';

const parents = Int32Array.of(-1, 0, 1, 0);
const tree: FlameTree = {
  count: 4,
  parents,
  depths: depthsOf(parents),
  totals: Float64Array.of(10, 6, 4, 3),
  selves: Float64Array.of(1, 2, 4, 3),
  baseTotals: undefined,
  baseSelves: undefined,
  labels: ['main', 'parse', 'parseValue', 'write'],
  groups: ['app', 'pg', 'pg', 'node'],
};

test('a text is found in names and in what they belong to', () => {
  expect(flameMatches(tree, ' ')).toBeUndefined();
  expect([...flameMatches(tree, 'PARSE')!]).toEqual([0, 1, 1, 0]);
  expect([...flameMatches(tree, 'node')!]).toEqual([0, 0, 0, 1]);
});

test('what was found below something found is weighed once', () => {
  expect(matchedWeight(tree, flameMatches(tree, 'parse')!)).toBe(6);
  expect(matchedWeight(tree, flameMatches(tree, 'write')!)).toBe(3);
  expect(matchedWeight(tree, flameMatches(tree, 'none')!)).toBe(0);
});
