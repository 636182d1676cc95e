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

const stepsOf = (graph: ExecutionGraph) =>
  graph.steps.map(({ operation, calls, self }) => [
    operation,
    calls.durations.count,
    calls.errors,
    self / 1_000,
  ]);
const linksOf = (graph: ExecutionGraph) =>
  graph.links.map(({ from, to, kind, calls }) => [from.operation, to.operation, kind, calls.durations.count]);
const usesOf = (graph: ExecutionGraph) =>
  graph.uses.map(({ step, resource, access, calls }) => [
    step.operation,
    access,
    resource,
    calls.durations.count,
  ]);

test('each step once, with its errors and its own time, what it leads to and what data it uses', () => {
  const graph = graphOf(order, order);
  expect(stepsOf(graph)).toEqual([
    ['POST /orders', 2, 0, 76],
    ['receive parcels', 2, 2, 100],
  ]);
  expect(linksOf(graph)).toEqual([['POST /orders', 'receive parcels', 'message', 2]]);
  expect(usesOf(graph)).toEqual([
    ['POST /orders', 'writes', 'main.orders', 2],
    ['POST /orders', 'sends', 'parcels', 2],
    ['receive parcels', 'receives', 'parcels', 2],
  ]);
  expect(graph.drawing()).toEqual({
    nodes: ['shop: POST /orders', 'post: receive parcels'],
    edges: [{ from: 'shop: POST /orders', to: 'post: receive parcels', count: 2 }],
  });
});

const checkout = sketch(`
  shop: checkout server 0..100
    shop: call stock client 2..20 !
      stock: reserve server 5..18
    shop: charge card client 22..80 -> bank
    shop: price 22..60
      shop: call prices client 24..58
        prices: quote server 26..50
    shop: GET client 82..90
      shop: GET again client 83..88
        mail: greet server 84..87
`);

test('a call that was answered leads to who answered, as the caller saw it; one that was not is a step', () => {
  const graph = graphOf(checkout);
  expect(linksOf(graph)).toEqual([
    ['checkout', 'reserve', 'call', 1],
    ['checkout', 'charge card', 'call', 1],
    ['checkout', 'price', 'call', 1],
    ['price', 'quote', 'call', 1],
    ['checkout', 'greet', 'call', 1],
  ]);
  const [reserve] = graph.links;
  expect([reserve!.calls.durations.max / 1_000, reserve!.calls.errors, reserve!.to.calls.errors]).toEqual([
    18, 1, 0,
  ]);
  const [, , charge] = graph.steps;
  expect([charge!.operation, charge!.peer, charge!.kind]).toEqual(['charge card', 'bank', 'client']);
  expect(graph.steps[0]!.entries).toBe(1);
});

test('what runs after what, and what at the same time', () => {
  const graph = graphOf(checkout);
  const places = graph.order(graph.steps[0]!);
  expect(
    graph.links.map((link) => [link.to.operation, places.get(link)?.place, places.get(link)?.parallel]),
  ).toEqual([
    ['reserve', 1, false],
    ['charge card', 2, true],
    ['price', 2, true],
    ['quote', undefined, undefined],
    ['greet', 3, false],
  ]);
  const shop = graphOf(order);
  expect(
    [...shop.order(shop.steps[0]!)].map(([done, { place }]) => ['access' in done && done.access, place]),
  ).toEqual([
    ['writes', 1],
    ['sends', 2],
  ]);
});

test('folded, a service does at its entry what happens within it', () => {
  const graph = new ExecutionGraph({ folded: true });
  graph.add(assembleTrace(checkout));
  expect(linksOf(graph)).toEqual([
    ['checkout', 'reserve', 'call', 1],
    ['checkout', 'charge card', 'call', 1],
    ['checkout', 'quote', 'call', 1],
    ['checkout', 'greet', 'call', 1],
  ]);
  // 100 without 18, without 22 to 80 and without 8, and 4 within its own span of pricing.
  expect(graph.steps[0]!.self / 1_000).toBe(20);
});

test('about an operation, it holds what leads to it and what comes of it, and the order of the latter', () => {
  const graph = new ExecutionGraph();
  graph.add(assembleTrace(checkout), { service: 'shop', operation: 'price' });
  expect(graph.steps.map(({ operation }) => operation)).toEqual(['checkout', 'price', 'quote']);
  const [checkoutStep, price] = graph.steps;
  expect([graph.order(checkoutStep!).size, graph.order(price!).size]).toEqual([0, 1]);
  graph.add(assembleTrace(checkout), { service: 'shop', operation: 'refund' });
  expect(graph.steps).toHaveLength(3);
});

test('a message is followed into the trace that names it by a link, whichever came first', () => {
  const sent = sketch('shop: send producer 0..2 -> parcels', 'sent');
  const received = sketch('post: pack consumer 5..9', 'received').map((span) => ({
    ...span,
    links: [{ traceId: 'sent', spanId: sent[0]!.spanId }],
  }));
  for (const traces of [
    [sent, received],
    [received, sent],
  ]) {
    expect(linksOf(graphOf(...traces))).toEqual([['send', 'pack', 'message', 1]]);
  }
});

test('data goes from who writes to who reads, and from who sends to who receives', () => {
  const graph = graphOf(order, report);
  expect(usesOf(graph).at(-1)).toEqual(['find', 'reads', 'main.orders', 1]);
  expect(graph.flows).toEqual([
    { from: 'shop', through: 'main.orders', to: 'reports', kind: 'database' },
    { from: 'shop', through: 'parcels', to: 'post', kind: 'message' },
  ]);
});

test('paths that were used before, and are not any more', () => {
  const now = graphOf(order.slice(0, 2), report);
  expect(now.unusedSince(graphOf(order)).map(({ to }) => to.operation)).toEqual(['receive parcels']);
});

test('beyond its limit it counts what it leaves out', () => {
  const graph = new ExecutionGraph({ max: 1 });
  graph.add(assembleTrace(order));
  // The receiver, and one of two uses.
  expect([graph.steps.length, graph.uses.length, graph.omitted]).toEqual([1, 1, 2]);
});
