import { expect, test } from 'vitest';
import { type SketchedSpan, sketchedTrace, withCriticalPath } from '../../../fixtures/sketched-trace.ts';
import { criticalTimes } from './critical-path.ts';
import { repeatedCalls } from './repeated-calls.ts';
import { headMarks, siblingGroups, summedGroups } from './sibling-groups.ts';
import { spanTree } from './span-tree.ts';
import { visibleRows } from './visible-rows.ts';

const select = (at: number, rest: Partial<SketchedSpan> = {}): SketchedSpan => ({
  name: 'shop/SELECT price',
  kind: 2,
  from: at,
  to: at + 4,
  ...rest,
});

function opened(calls: readonly SketchedSpan[]) {
  const view = withCriticalPath(sketchedTrace([{ name: 'shop/GET /cart', from: 0, to: 100, calls }]));
  const tree = spanTree(view);
  const onPath = criticalTimes(view);
  return { tree, onPath, groups: siblingGroups(tree, onPath) };
}

/** Twelve prices one after another, the last of which fails, with another call between them. */
const cart = opened([
  ...Array.from({ length: 12 }, (_, index) => select(10 + 5 * index, index === 11 ? { error: true } : {})),
  { name: 'shop/render', from: 29.2, to: 29.8 },
]);

test('calls of one name are one group, whatever stands between them', () => {
  const [group] = cart.groups.byHead.values();
  expect(group).toMatchObject({ head: 1, total: 48, slowest: 4, errors: 1 });
  expect(group!.members).toHaveLength(12);
  expect(group!.stretches).toHaveLength(24);
  expect(group!.critical).toBeCloseTo(48);
  expect(cart.groups.heads[0]).toBe(-1);
});

test('a row stands for the group until it is opened, and a filter that is met by one is met by the row', () => {
  const summed = summedGroups(cart.groups, new Set());
  const { spans, rows } = visibleRows(cart.tree, new Set(), undefined, { heads: cart.groups.heads, summed });
  expect([...spans]).toEqual([0, 1, 5]);
  expect([rows[1], rows[13], rows[5]]).toEqual([1, 1, 2]);
  const none = summedGroups(cart.groups, new Set([1]));
  expect(
    visibleRows(cart.tree, new Set(), undefined, { heads: cart.groups.heads, summed: none }).spans,
  ).toHaveLength(14);
  const marks = new Uint8Array(14);
  marks[13] = 1;
  expect(headMarks(marks, summed)[1]).toBe(1);
});

test('few calls, and calls that led to more than an answer, have their own rows', () => {
  expect(opened(Array.from({ length: 9 }, (_, index) => select(index * 5))).groups.byHead.size).toBe(0);
  const answers = (at: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `db/step ${index}`, from: at, to: at + 1 }));
  const calls = (below: number) =>
    Array.from({ length: 12 }, (_, index) => select(index * 5, { calls: answers(index * 5, below) }));
  const answered = opened(calls(1));
  const summed = summedGroups(answered.groups, new Set());
  // The row stands for the answers too.
  const { spans } = visibleRows(answered.tree, new Set(), undefined, {
    heads: answered.groups.heads,
    summed,
  });
  expect([...spans]).toEqual([0, 1]);
  expect(opened(calls(4)).groups.byHead.size).toBe(0);
});

test('repeated calls are told where they hold a good part of the time', () => {
  expect(repeatedCalls(cart.tree, cart.groups, cart.onPath)?.sentence).toBe(
    'GET /cart of shop makes 12 calls of SELECT price, one after another: 48 ms, 48% of the critical path.',
  );
  const short = opened(Array.from({ length: 12 }, (_, index) => select(index * 5, { to: index * 5 + 0.1 })));
  expect(repeatedCalls(short.tree, short.groups, short.onPath)).toBeUndefined();
  const fan = opened(Array.from({ length: 12 }, (_, index) => select(10 + index, { to: 90 + index * 0.1 })));
  expect(repeatedCalls(fan.tree, fan.groups, fan.onPath)?.sentence).toContain('some at the same time');
});
