import { invalidArgument } from '@holdfast/core';
import type { TraceList, TraceSummary } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';
import { type ApiRequest, attributesIn, numberIn, textIn, windowOf, wordIn } from '../server/api-request.ts';
import type { ShapeFilter } from '../store/shape-book.ts';
import type { FoundTrace } from '../store/trace-search.ts';
import { callShapes } from '../view/call-shapes.ts';

const limitDefault = 50;
const limitMax = 500;

export async function traceList({ store, live }: ConsoleState, request: ApiRequest): Promise<TraceList> {
  const { query, now, signal } = request;
  const window = windowOf(query, now);
  const limit = numberIn(query, 'limit', { min: 1, max: limitMax }) ?? limitDefault;
  const began = performance.now();
  const durations = { min: 0, max: 1e12 };
  const named = {
    service: textIn(query, 'service'),
    instance: textIn(query, 'instance'),
    operation: textIn(query, 'operation'),
  };
  const callee = calleeIn(query);
  const found = await store.search(
    {
      ...window,
      ...named,
      calls: callee === undefined ? undefined : callShapes(store.book, live.callees, named, callee),
      status: wordIn(query, 'status', ['ok', 'error']),
      durationMin: numberIn(query, 'durationMin', durations),
      durationMax: numberIn(query, 'durationMax', durations),
      attributes: attributesIn(query),
      before: textIn(query, 'cursor'),
      limit: limit + 1,
    },
    signal,
  );
  const page = found.slice(0, limit);
  return {
    ...window,
    traces: page.map((trace) => summaryOf(trace, store)),
    cursor: found.length > limit ? page.at(-1)!.cursor : undefined,
    took: performance.now() - began,
  };
}

/** @throws HoldfastError INVALID_ARGUMENT. */
function calleeIn(query: URLSearchParams): (ShapeFilter & { readonly service: string }) | undefined {
  const service = textIn(query, 'callee');
  const instance = textIn(query, 'calleeInstance');
  const operation = textIn(query, 'calleeOperation');
  if (service !== undefined) return { service, instance, operation };
  if (instance === undefined && operation === undefined) return undefined;
  throw invalidArgument('callee', service, 'whose process or operation it is');
}

function summaryOf(found: FoundTrace, { book }: ConsoleState['store']): TraceSummary {
  const { traceId, start, duration, root, spans, errors, shapes } = found;
  const services = new Set(shapes.map((id) => book.shapes[id]!.resource.service));
  const { name, resource } = book.shapes[root]!;
  return {
    traceId,
    start,
    duration,
    rootService: resource.service,
    rootOperation: name,
    spans,
    errors,
    services: [...services].sort(),
  };
}
