import { expect, test } from 'vitest';
import { batchOf, type SpanWords } from '../../test/span-batches.ts';
import { FlowTotals } from '../live/flow-totals.ts';
import { LiveFlow } from '../live/live-flow.ts';
import { ShapeBook } from '../store/shape-book.ts';
import { serviceFlow } from './service-flow.ts';

const noon = Date.UTC(2026, 0, 1, 12);

/** The graph of spans that came one after the other: the last `of` milliseconds of them. */
function graph(...spans: SpanWords[]) {
  const book = new ShapeBook({ shapesMax: 1_000, resourcesMax: 100 });
  const live = new LiveFlow(book, {
    step: 10_000,
    horizon: 3_600_000,
    totalsMax: 10_000,
    spansRemembered: 1_024,
    now: () => noon,
  });
  const batch = batchOf(spans);
  live.add(batch, book.shapesOf(batch));
  const flowOf = (from: number) => {
    const sum = new FlowTotals();
    for (const [, slice] of live.slices.within(from, noon + 10_000)) sum.add(slice);
    const { nodes, edges } = serviceFlow(sum, book, live.callees);
    return {
      nodes: Array.from(nodes.values(), ({ name, kind, totals }) => `${name} ${kind} ${totals.count}`),
      edges: edges.map(
        ({ from, to, kind, totals }) => `${from} ${kind} ${to} ${totals.count}/${totals.errors}`,
      ),
    };
  };
  return { ...flowOf(noon - 3_600_000), since: flowOf };
}

let traces = 0;

/** One call of stock by front, by way of a client's span; answered or not. */
function call(start: number, answered: boolean, peer?: string): SpanWords[] {
  const trace = `${++traces}`;
  const spans: SpanWords[] = [
    { trace, id: '1', service: 'front', name: 'GET /', start, duration: 50 },
    {
      ...{ trace, id: '2', parent: '1', service: 'front', name: 'GET', kind: 'client', start, duration: 40 },
      status: answered ? 'unset' : 'error',
      ...(peer !== undefined && { peer }),
    },
  ];
  const answer = {
    trace,
    id: '3',
    parent: '2',
    service: 'stock',
    name: 'GET /item',
    start,
    duration: 30,
  } as const;
  return answered ? [...spans, answer] : spans;
}

test('a callee that died is still called, and every call fails, as its caller sees it', () => {
  const { since } = graph(
    ...call(noon - 600_000, true),
    ...call(noon - 5_000, false),
    ...call(noon - 4_000, false),
  );
  expect(since(noon - 60_000)).toEqual({
    nodes: ['front service 2', 'stock external 2'],
    edges: ['front call stock 2/2'],
  });
});

test('what sends no spans is what its callers name it', () => {
  expect(graph(...call(noon - 5_000, false, 'api.example.com:443'))).toMatchObject({
    nodes: ['api.example.com:443 external 1', 'front service 1'],
    edges: ['front call api.example.com:443 1/1'],
  });
});

test('a call whose answerer is known is one edge, whatever its caller names it', () => {
  expect(graph(...call(noon - 5_000, true, 'stock.internal:8080'))).toMatchObject({
    nodes: ['front service 1', 'stock service 1'],
    edges: ['front call stock 1/0'],
  });
});

test('one shape of calls that several answer is told apart by who did', () => {
  const [root, client, answer] = call(noon - 5_000, true);
  const other = { trace: 'f', id: '1', service: 'front', name: 'GET /', start: noon - 5_000 };
  expect(
    graph(
      ...[root!, client!, answer!, other],
      { ...client!, trace: 'f' },
      { ...answer!, trace: 'f', service: 'bank' },
    ).edges,
  ).toEqual(['front call bank 1/0', 'front call stock 1/0']);
});

test('who only begins calls is a client; who works on its own account is not', () => {
  const trace = 'c';
  expect(
    graph(
      { trace, id: '1', service: 'shopper', name: 'visit', kind: 'client', start: noon - 5_000 },
      { trace, id: '2', parent: '1', service: 'front', name: 'GET /', start: noon - 5_000 },
      { trace: 'd', id: '1', service: 'nightly', name: 'tidy up', kind: 'internal', start: noon - 5_000 },
    ).nodes,
  ).toEqual(['front service 1', 'nightly service 1', 'shopper client 1']);
});

test('spans that do not say their kind enter a service where its parent is of another', () => {
  const of = { trace: 'e', kind: 'unspecified', start: noon - 5_000 } as const;
  expect(
    graph(
      { ...of, id: '1', service: 'front', name: 'a' },
      { ...of, id: '2', parent: '1', service: 'front', name: 'b' },
      { ...of, id: '3', parent: '2', service: 'stock', name: 'c' },
    ),
  ).toMatchObject({ nodes: ['front service 1', 'stock service 1'], edges: ['front call stock 1/0'] });
});
