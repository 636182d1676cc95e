import { expect, test } from 'vitest';
import { sketch } from '../../test/sketch.ts';
import type { Span } from '../model/span.ts';
import { assembleTrace } from '../trace/assemble-trace.ts';
import { ExecutionGraph } from './execution-graph.ts';

const withAttributes = (spans: Span[], attributes: Record<string, Span['attributes']>): Span[] =>
  spans.map((span) => ({ ...span, attributes: attributes[span.operation] ?? {} }));

const order = withAttributes(
  sketch(
    `
    shop: POST /orders server 0..50
      shop: INSERT orders client 5..15 -> main
      shop: send parcels producer 20..22 -> parcels
        post: receive parcels consumer 30..80 !
    `,
    'order',
  ),
  {
    'INSERT orders': { 'db.system.name': 'postgresql' },
    'send parcels': { 'messaging.system': 'nats' },
    'receive parcels': { 'messaging.system': 'nats', 'messaging.destination.name': 'parcels' },
  },
);
const report = withAttributes(sketch('reports: find client 0..5 -> main', 'report'), {
  find: { 'db.system': 'postgresql', 'db.operation': 'SELECT', 'db.sql.table': 'orders' },
});

function graphOf(...traces: readonly (readonly Span[])[]): ExecutionGraph {
  const graph = new ExecutionGraph();
  for (const spans of traces) graph.add(assembleTrace(spans));
  return graph;
}

test('each step once, with its errors and its own time, and what leads to what', () => {
  const graph = graphOf(order, order);
  expect(
    graph.steps.map(({ operation, count, errors, self }) => [operation, count, errors, self / 1_000]),
  ).toEqual([
    ['POST /orders', 2, 0, 76],
    ['INSERT orders', 2, 0, 20],
    ['send parcels', 2, 0, 4],
    ['receive parcels', 2, 2, 100],
  ]);
  expect(graph.links.map(({ from, to, kind, count }) => [from.operation, to.operation, kind, count])).toEqual(
    [
      ['POST /orders', 'INSERT orders', 'call', 2],
      ['POST /orders', 'send parcels', 'call', 2],
      ['send parcels', 'receive parcels', 'message', 2],
    ],
  );
  expect(graph.drawing().edges[2]).toEqual({
    from: 'shop: send parcels',
    to: 'post: receive parcels',
    count: 2,
  });
});

test('data goes from who writes to who reads, and from who sends to who receives', () => {
  const graph = graphOf(order, report);
  expect(graph.uses).toEqual([
    { service: 'shop', resource: 'main.orders', access: 'writes', count: 1 },
    { service: 'shop', resource: 'parcels', access: 'sends', count: 1 },
    { service: 'post', resource: 'parcels', access: 'receives', count: 1 },
    { service: 'reports', resource: 'main.orders', access: 'reads', count: 1 },
  ]);
  expect(graph.flows).toEqual([
    { from: 'shop', through: 'main.orders', to: 'reports', kind: 'database' },
    { from: 'shop', through: 'parcels', to: 'post', kind: 'message' },
  ]);
});

test('paths that were used before, and are not any more', () => {
  const now = graphOf(order.slice(0, 2), report);
  expect(now.unusedSince(graphOf(order)).map(({ to }) => to.operation)).toEqual([
    'send parcels',
    'receive parcels',
  ]);
});

test('beyond its limit it counts what it leaves out', () => {
  const graph = new ExecutionGraph({ stepsMax: 2 });
  graph.add(assembleTrace(order));
  expect([graph.steps.length, graph.omitted, graph.links.length]).toEqual([2, 2, 1]);
});
