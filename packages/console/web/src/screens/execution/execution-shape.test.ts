import { expect, test } from 'vitest';
import type { ExecutionEdge, ExecutionNode, ExecutionView } from '../../api/console-api.ts';
import { busiest, doneBy, haveOrder, nodeKey, placeText, shapeOf, shortName } from './execution-shape.ts';

const node = (name: string, count = 1, kind: ExecutionNode['kind'] = 'server') =>
  ({ kind, service: kind === 'topic' ? undefined : 'shop', name, red: { count } }) as ExecutionNode;
const edge = (from: number, to: number, more: Partial<ExecutionEdge> = {}) =>
  ({ from, to, kind: 'call', place: 1, parallel: false, times: 1, ...more }) as ExecutionEdge;
const view = (nodes: readonly ExecutionNode[], edges: readonly ExecutionEdge[]) =>
  ({ nodes, edges, omitted: 1 }) as ExecutionView;

test('an order is told where there is one, what runs at the same time, and what is repeated', () => {
  expect(placeText(edge(0, 1), false)).toBe('');
  expect(placeText(edge(0, 1, { place: 2 }), true)).toBe('2');
  expect(placeText(edge(0, 1, { place: 2, parallel: true, times: 3.25 }), true)).toBe('2∥ ×3.3');
  expect(placeText(edge(0, 1, { parallel: true, times: 11.6 }), false)).toBe('∥ ×12');
  expect(placeText(edge(0, 1, { place: undefined, times: 1.2 }), true)).toBe('');
  expect(haveOrder([edge(0, 1), edge(0, 2)])).toBe(false);
  expect(haveOrder([edge(0, 1), edge(0, 2, { place: 2 })])).toBe(true);
});

test('what a node does comes by its place; what it receives is not done by it', () => {
  const done = doneBy(
    view(
      [],
      [
        edge(0, 1, { place: 2 }),
        edge(0, 2),
        edge(0, 3, { place: undefined }),
        edge(0, 4, { kind: 'receives' }),
      ],
    ),
    0,
  );
  expect(done.map(({ to }) => to)).toEqual([2, 1, 3]);
});

test('a message goes out of its topic', () => {
  const nodes = [node('process'), node('events', 1, 'topic')];
  expect(shapeOf(view(nodes, [edge(0, 1, { kind: 'receives' })])).ways).toMatchObject([
    { from: nodeKey(nodes[1]!), to: nodeKey(nodes[0]!) },
  ]);
});

test('of many, the busiest stay with the ways between them, in their order', () => {
  const nodes = [node('a', 5), node('b', 1), node('c', 9), node('d', 7)];
  const shown = busiest(view(nodes, [edge(0, 1), edge(0, 2), edge(2, 3)]), 3);
  expect(shown.nodes.map(({ name }) => name)).toEqual(['a', 'c', 'd']);
  expect(shown.edges.map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [1, 2],
  ]);
  expect(shown.omitted).toBe(2);
});

test.each([
  ['hipstershop.CartService/GetCart', 'CartService/GetCart'],
  ['/shop.v1.Cart/Get', 'Cart/Get'],
  ['etcdserverpb.KV/Txn', 'KV/Txn'],
  ['GET /orders/{id}', 'GET /orders/{id}'],
  ['catalog.Find', 'catalog.Find'],
  ['orders-db.orders', 'orders-db.orders'],
])('%s is shown as %s', (name, shown) => expect(shortName(name)).toBe(shown));
