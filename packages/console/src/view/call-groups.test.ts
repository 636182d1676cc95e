import { expect, test } from 'vitest';
import { batchOf, type SpanWords } from '../../test/span-batches.ts';
import { FlowTotals } from '../live/flow-totals.ts';
import { LiveFlow } from '../live/live-flow.ts';
import { type Shape, ShapeBook } from '../store/shape-book.ts';
import { callGroups } from './call-groups.ts';

const noon = Date.UTC(2026, 0, 1, 12);

const byInstance = ({ resource }: Shape): string => resource.instance;
const byName = ({ name }: Shape): string => name;

/** What is told of the calls of `to` by front, as `who > whom: calls/errors`, sorted. */
function groups(spans: readonly SpanWords[], to: string, tell: (shape: Shape) => string): string[] {
  const book = new ShapeBook({ shapesMax: 1_000, resourcesMax: 100 });
  const options = { step: 10_000, horizon: 3_600_000, totalsMax: 10_000, spansRemembered: 1_024 };
  const live = new LiveFlow(book, { ...options, now: () => noon });
  const batch = batchOf(spans);
  live.add(batch, book.shapesOf(batch));
  const all = new FlowTotals();
  for (const [, slice] of live.slices.within(noon - 3_600_000, noon + 10_000)) all.add(slice);
  return Array.from(
    callGroups(all, book, live.callees, { from: 'front', to }, tell).values(),
    ({ from, to: callee, totals }) => `${from} > ${callee ?? 'nobody'}: ${totals.count}/${totals.errors}`,
  ).sort();
}

let traces = 0;

/** One call by an instance of front, answered by an instance of stock, or by nobody. */
function call(from: string, to: string | undefined, peer = 'stock', service = 'front'): SpanWords[] {
  const trace = `${++traces}`;
  const start = noon - 1_000;
  const caller: SpanWords = {
    ...{ trace, id: '1', service, instance: from, name: 'GET', kind: 'client', start, peer },
    status: to === undefined && peer === 'stock' ? 'error' : 'unset',
  };
  if (to === undefined) return [caller];
  const answer = { trace, id: '2', parent: '1', service: 'stock', instance: to, name: 'GET /item', start };
  return [caller, answer];
}

const spans = [
  ...call('front-1', 'stock-1'),
  ...call('front-1', 'stock-1'),
  ...call('front-1', 'stock-2'),
  ...call('front-2', 'stock-2'),
  ...call('front-2', undefined),
  ...call('front-1', undefined, 'card-network'),
  // What others call is no business of theirs.
  ...call('back-1', 'stock-1', 'stock', 'back'),
  ...call('back-1', undefined, 'stock', 'back'),
];

test('which process called which; what nobody answered is known by its caller', () => {
  expect(groups(spans, 'stock', byInstance)).toEqual([
    'front-1 > stock-1: 2/0',
    'front-1 > stock-2: 1/0',
    'front-2 > nobody: 1/1',
    'front-2 > stock-2: 1/0',
  ]);
});

test('what is called by which name, and answered by which operation', () => {
  expect(groups(spans, 'stock', byName)).toEqual(['GET > GET /item: 4/0', 'GET > nobody: 1/1']);
});

test('of who sends no spans all is as its callers saw it', () => {
  expect(groups(spans, 'card-network', byInstance)).toEqual(['front-1 > nobody: 1/0']);
});
