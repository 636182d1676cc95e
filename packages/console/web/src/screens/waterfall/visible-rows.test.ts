import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type SketchedSpan, sketchedTrace } from '../../../fixtures/sketched-trace.ts';
import { ancestors, children, descendants, spanTree } from './span-tree.ts';
import { collapsedFrom, visibleRows } from './visible-rows.ts';

const checkout = spanTree(
  sketchedTrace([
    {
      name: 'shop/checkout',
      from: 0,
      to: 100,
      calls: [
        {
          name: 'cart/read',
          from: 5,
          to: 30,
          calls: [{ name: 'db/select', from: 10, to: 25 }],
        },
        { name: 'pay/charge', from: 40, to: 90 },
      ],
    },
    { name: 'mail/send', from: 95, to: 100 },
  ]),
);

test('a tree knows who is below and above', () => {
  expect([...children(checkout, 0)]).toEqual([1, 3]);
  expect(descendants(checkout, 0)).toBe(3);
  expect(descendants(checkout, 2)).toBe(0);
  expect(ancestors(checkout, 2)).toEqual([0, 1]);
});

test('a folded span stands for what is below it', () => {
  const { spans, rows } = visibleRows(checkout, new Set([1]));
  expect([...spans]).toEqual([0, 1, 3, 4]);
  expect([...rows]).toEqual([0, 1, 1, 2, 3]);
});

test('a filter leaves what is wanted, and the way to it', () => {
  const { spans, rows } = visibleRows(checkout, new Set(), Uint8Array.of(0, 0, 1, 0, 0));
  expect([...spans]).toEqual([0, 1, 2]);
  expect([...rows]).toEqual([0, 1, 2, 0, -1]);
});

test('folding from a depth leaves that depth as the deepest', () => {
  expect([...visibleRows(checkout, collapsedFrom(checkout, 1)).spans]).toEqual([0, 1, 3, 4]);
  expect([...visibleRows(checkout, collapsedFrom(checkout, 0)).spans]).toEqual([0, 4]);
});

const sketched = fc.memo((levels: number) =>
  fc.record({
    name: fc.constantFrom('a/x', 'b/y', 'c/z'),
    from: fc.constant(0),
    to: fc.constant(1),
    calls: levels > 1 ? fc.array(sketched(levels - 1), { maxLength: 3 }) : fc.constant([]),
  }),
) as (levels: number) => fc.Arbitrary<SketchedSpan>;

test('rows are the spans of which no ancestor is folded and below which something is wanted', () => {
  fc.assert(
    fc.property(
      fc.array(sketched(4), { minLength: 1, maxLength: 3 }),
      fc.infiniteStream(fc.boolean()),
      fc.infiniteStream(fc.boolean()),
      (roots, folds, wishes) => {
        const tree = spanTree(sketchedTrace(roots));
        const all = Array.from({ length: tree.count }, (_, span) => span);
        const collapsed = new Set(all.filter(() => folds.next().value === true));
        const kept = Uint8Array.from(all, () => (wishes.next().value === true ? 1 : 0));
        const wanted = (span: number) =>
          all.some((each) => kept[each] === 1 && (each === span || ancestors(tree, each).includes(span)));
        const expected = all.filter(
          (span) => wanted(span) && !ancestors(tree, span).some((above) => collapsed.has(above)),
        );
        const { spans, rows } = visibleRows(tree, collapsed, kept);
        expect([...spans]).toEqual(expected);
        expected.forEach((span, row) => {
          expect(rows[span]).toBe(row);
        });
        for (const span of all) {
          // What is not shown is found at the nearest that is.
          const nearest = [span, ...ancestors(tree, span).reverse()].find((each) => expected.includes(each));
          expect(rows[span]).toBe(nearest === undefined ? -1 : expected.indexOf(nearest));
        }
      },
    ),
    { numRuns: 200 },
  );
});
