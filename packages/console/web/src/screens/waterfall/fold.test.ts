import { expect, test } from 'vitest';
import { sketchedTrace } from '../../../fixtures/sketched-trace.ts';
import { foldedSpans, parseFold, turn, unfolded, writeFold } from './fold.ts';
import { spanTree } from './span-tree.ts';

const tree = spanTree(
  sketchedTrace([
    {
      name: 'a/x',
      from: 0,
      to: 9,
      calls: [{ name: 'b/y', from: 1, to: 8, calls: [{ name: 'c/z', from: 2, to: 3 }] }],
    },
  ]),
);
const [root, middle] = tree.view.spanIds as [string, string];

test('what is folded survives the way through a URL', () => {
  for (const fold of [
    unfolded,
    { depth: 2, turned: [] },
    turn({ depth: 0, turned: [] }, root),
    turn(unfolded, root),
  ]) {
    expect(parseFold(writeFold(fold))).toEqual(fold);
  }
  expect(writeFold(unfolded)).toBeUndefined();
});

test('a URL that somebody broke folds nothing', () => {
  expect(parseFold('-1.')).toEqual(unfolded);
  expect([...foldedSpans(tree, parseFold('x.no-such-span'))]).toEqual([]);
});

test('a span that was turned is the other way', () => {
  expect([...foldedSpans(tree, turn(unfolded, root))]).toEqual([0]);
  expect([...foldedSpans(tree, { depth: 1, turned: [] })]).toEqual([1]);
  expect([...foldedSpans(tree, turn({ depth: 1, turned: [] }, middle))]).toEqual([]);
  expect([...foldedSpans(tree, turn(turn(unfolded, root), root))]).toEqual([]);
});
