import { expect, test } from 'vitest';
import { sketch } from '../../test/sketch.ts';
import { SpanList } from '../../test/span-list.ts';
import { assembleTrace } from '../trace/assemble-trace.ts';
import { FlameTree } from './flame-tree.ts';
import { flameOf } from './flame-view.ts';
import { flameOfWindow } from './flame-window.ts';

const quick = sketch(
  `
  gateway: GET / server 0..20
    stock: GET /stock server 5..15
  `,
  'quick',
);
const slow = sketch(
  `
  gateway: GET / server 0..60
    stock: GET /stock server 5..45
    payments: POST /charge server 45..55
  `,
  'slow',
);

function treeOf(...traces: ReturnType<typeof sketch>[]): FlameTree {
  const tree = new FlameTree();
  for (const spans of traces) tree.add(assembleTrace(spans));
  return tree;
}

test('critical paths are laid over one another, in mean milliseconds a trace', () => {
  const { traces, nodes, changes } = flameOf(treeOf(quick, slow));
  expect(traces).toBe(2);
  expect(changes).toEqual([]);
  expect(
    nodes.map(({ parent, operation, total, self, presence }) => [parent, operation, total, self, presence]),
  ).toEqual([
    [-1, 'GET /', 40, 10, 1],
    [0, 'GET /stock', 25, 25, 1],
    [0, 'POST /charge', 5, 5, 0.5],
  ]);
});

test('against another window it says what got slower, the most first', () => {
  const { nodes, baseTraces, changes } = flameOf(treeOf(slow), treeOf(quick));
  expect(baseTraces).toBe(1);
  expect(nodes[1]).toMatchObject({ operation: 'GET /stock', total: 40, baseTotal: 10, baseSelf: 10 });
  expect(nodes[2]).toMatchObject({ operation: 'POST /charge', total: 10, baseTotal: 0 });
  expect(changes.map(({ operation, self, baseSelf }) => [operation, self, baseSelf])).toEqual([
    ['GET /stock', 40, 10],
    ['POST /charge', 10, 0],
    ['GET /', 10, 10],
  ]);
  const gone = flameOf(treeOf(quick), treeOf(slow)).nodes.find(
    ({ operation }) => operation === 'POST /charge',
  );
  expect(gone).toMatchObject({ total: 0, presence: 0, baseTotal: 10 });
});

test('of a service it shows the requests from there on', async () => {
  const source = new SpanList([...quick, ...slow]);
  const everything = { from: 0, to: 2e12, tracesMax: 10 };
  const flame = await flameOfWindow(source, { ...everything, service: 'stock' });
  expect(flame.nodes).toMatchObject([{ parent: -1, service: 'stock', total: 25 }]);
  const whole = await flameOfWindow(source, everything, {
    ...everything,
    service: 'payments',
    operation: 'POST /charge',
  });
  expect([whole.traces, whole.baseTraces]).toEqual([2, 1]);
});

test('a recursion without end is cut, and its time kept', () => {
  const spans = Array.from({ length: 1_000 }, (_, depth) => ({
    ...quick[0]!,
    spanId: String(depth),
    parentId: depth === 0 ? undefined : String(depth - 1),
    start: quick[0]!.start + depth,
    duration: 10_000 - 2 * depth,
  }));
  const { nodes } = flameOf(treeOf(spans));
  expect(nodes.length).toBeLessThan(300);
  expect(nodes[0]!.total).toBeCloseTo(10);
  expect(nodes.reduce((sum, { self }) => sum + self, 0)).toBeCloseTo(10);
});
