import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everything, flameLayout, focusOn, neighbour, nodeAt, rowsIn, visibleIn } from './flame-layout.ts';
import { depthsOf, type FlameTree, pathTo, wholeWeight } from './flame-tree.ts';

function treeOf(parents: readonly number[], selves: readonly number[]): FlameTree {
  const packed = Int32Array.from(parents);
  const totals = Float64Array.from(selves);
  for (let node = parents.length - 1; node > 0; node--) {
    if (parents[node]! >= 0) totals[parents[node]!]! += totals[node]!;
  }
  return {
    count: parents.length,
    parents: packed,
    depths: depthsOf(packed),
    totals,
    selves: Float64Array.from(selves),
    baseTotals: undefined,
    baseSelves: undefined,
    labels: parents.map((_, node) => `node ${node}`),
    groups: parents.map(() => 'app'),
  };
}

/** Node 0 calls 1 (weighs 2) and 2 (weighs 6), which calls 3 (weighs 3). */
const small = treeOf([-1, 0, 0, 2], [2, 2, 3, 3]);

test('children lie under their parent, the heaviest first', () => {
  const { left, right } = flameLayout(small);
  expect([left[0], right[0]]).toEqual([0, 1]);
  expect([left[2], right[2]]).toEqual([0, 0.6]);
  expect([left[1], right[1]]).toEqual([0.6, 0.8]);
  expect([left[3], right[3]]).toEqual([0, 0.3]);
});

test('one is found where it is drawn, also when looked at closely', () => {
  const layout = flameLayout(small);
  expect(nodeAt(layout, 1, 0.5, everything)).toBe(2);
  expect(nodeAt(layout, 1, 0.7, everything)).toBe(1);
  expect(nodeAt(layout, 1, 0.9, everything)).toBe(-1);
  expect(nodeAt(layout, 7, 0.5, everything)).toBe(-1);
  const focus = focusOn(layout, 2);
  expect(nodeAt(layout, 1, 0.9, focus)).toBe(2);
  expect(nodeAt(layout, 2, 0.9, focus)).toBe(-1);
  expect([...visibleIn(layout, 0, focus, 0)]).toEqual([0]);
  expect([...visibleIn(layout, 1, focus, 0)]).toEqual([2]);
});

test('between two nodes there is nobody', () => {
  const layout = flameLayout(treeOf([-1, -1, 0, 1], [3, 3, 1, 1]));
  expect([layout.right[2], layout.left[3]]).toEqual([1 / 8, 1 / 2]);
  expect(nodeAt(layout, 1, 0.3, everything)).toBe(-1);
  expect(nodeAt(layout, 1, 0.55, everything)).toBe(3);
});

test('what is too narrow to see is left out', () => {
  const layout = flameLayout(small);
  expect([...visibleIn(layout, 1, everything, 0.3)]).toEqual([2]);
  expect(rowsIn(layout, everything, 0.5)).toBe(2);
  expect(rowsIn(layout, focusOn(layout, 3), 0.5)).toBe(3);
});

test('one walks it by its neighbours, and stays where there is none', () => {
  const layout = flameLayout(small);
  expect(neighbour(small, layout, 0, 'down')).toBe(2);
  expect(neighbour(small, layout, 2, 'right')).toBe(1);
  expect(neighbour(small, layout, 1, 'left')).toBe(2);
  expect(neighbour(small, layout, 1, 'right')).toBe(1);
  expect(neighbour(small, layout, 3, 'up')).toBe(2);
  expect(neighbour(small, layout, 0, 'up')).toBe(0);
  expect(neighbour(small, layout, 3, 'down')).toBe(3);
});

const trees = fc
  .array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 40 })
  .filter((nodes) => nodes.some(([, self]) => self > 0))
  .map((nodes) =>
    treeOf(
      nodes.map(([above], node) => (above % (node + 1)) - 1),
      nodes.map(([, self]) => self),
    ),
  );

test('nodes of a row do not overlap, stay under their parent, and are as wide as they weigh', () => {
  fc.assert(
    fc.property(trees, (tree) => {
      const layout = flameLayout(tree);
      const whole = wholeWeight(tree);
      for (const row of layout.rows) {
        let end = 0;
        for (const node of row) {
          expect(layout.left[node]!).toBeGreaterThanOrEqual(end - 1e-9);
          end = layout.right[node]!;
          expect(end - layout.left[node]!).toBeCloseTo(tree.totals[node]! / whole, 9);
          const parent = tree.parents[node]!;
          if (parent >= 0) {
            expect(layout.left[node]!).toBeGreaterThanOrEqual(layout.left[parent]! - 1e-9);
            expect(end).toBeLessThanOrEqual(layout.right[parent]! + 1e-9);
          }
          const middle = (layout.left[node]! + end) / 2;
          expect(nodeAt(layout, tree.depths[node]!, middle, everything)).toBe(node);
        }
      }
      const shown = layout.rows.flatMap((_, row) => [...visibleIn(layout, row, everything, 0)]);
      expect(shown.length).toBe([...tree.totals].filter((total) => total > 0).length);
    }),
  );
});

test('the way to a node begins at its root', () => {
  expect(pathTo(small, 3)).toEqual([0, 2, 3]);
});
