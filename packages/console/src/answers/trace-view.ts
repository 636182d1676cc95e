import { setImmediate as turn } from 'node:timers/promises';
import { invalidArgument } from '@holdfast/core';
import {
  criticalPath,
  type Span,
  type SpanKind,
  type SpanStatus,
  selfTimes,
  type Trace,
  traceAssembly,
} from '@holdfast/insight';
import type { SpanDetail, TraceView } from '../api/console-api.ts';
import { consoleErrors } from '../console-errors.ts';
import type { ConsoleState } from '../console-state.ts';
import { readSpanDetail } from '../store/span-detail.ts';

/** So many spans of a trace are shown. */
const spansMax = 200_000;

/**
 * What is made of many spans is made in turns, so that others have theirs.
 *
 * @throws HoldfastError NOT_FOUND, INVALID_ARGUMENT.
 */
export async function traceView(
  { store }: ConsoleState,
  traceId: string,
  signal: AbortSignal,
): Promise<TraceView> {
  checkId('traceId', traceId, 32);
  const spans = await store.outline(traceId, signal);
  if (spans.length === 0)
    throw consoleErrors.create('NOT_FOUND', { message: `no trace ${traceId} is stored` });
  const logs = await store.countLogs(traceId, signal);
  // The earliest stay: they are the nearest to the root.
  const trace = await assembled(spans.length > spansMax ? spans.slice(0, spansMax) : spans);
  await turn();
  const path = criticalPath(trace);
  await turn();
  const columns = columnsOf(trace);
  await turn();
  return {
    ...columns,
    critical: { spans: path.rows, starts: millis(path.starts), ends: millis(path.ends) },
    omitted: Math.max(spans.length - spansMax, 0),
    logs,
  };
}

async function assembled(spans: readonly Span[]): Promise<Trace> {
  const assembly = traceAssembly(spans);
  for (;;) {
    const { done, value } = assembly.next();
    if (done === true) return value;
    await turn();
  }
}

function columnsOf(trace: Trace): Omit<TraceView, 'critical' | 'omitted' | 'logs'> {
  const { depths, durations, orphans, parents, skews, spans, starts } = trace;
  const services = new Names();
  const operations = new Names();
  const column = { service: new Int32Array(spans.length), operation: new Int32Array(spans.length) };
  const small = { statuses: new Uint8Array(spans.length), kinds: new Uint8Array(spans.length) };
  for (const [row, span] of spans.entries()) {
    column.service[row] = services.index(span.service);
    column.operation[row] = operations.index(span.operation);
    small.statuses[row] = statusNumbers[span.status];
    small.kinds[row] = kindNumbers[span.kind];
  }
  return {
    traceId: trace.traceId,
    start: trace.start / 1e3,
    duration: trace.duration / 1e3,
    spanCount: spans.length,
    spanIds: spans.map(({ spanId }) => spanId),
    services: services.names,
    operations: operations.names,
    parents,
    depths,
    orphans,
    ...column,
    ...small,
    starts: millis(starts),
    durations: millis(durations),
    selfTimes: millis(selfTimes(trace)),
    skews: skews.map(({ service, milliseconds }) => ({ service, milliseconds })),
  };
}

const statusNumbers: Readonly<Record<SpanStatus, number>> = { unset: 0, ok: 1, error: 2 };
const kindNumbers: Readonly<Record<SpanKind, number>> = {
  internal: 0,
  server: 1,
  client: 2,
  producer: 3,
  consumer: 4,
};

function millis(micros: Float64Array): Float64Array {
  return micros.map((value) => value / 1e3);
}

/** @throws HoldfastError NOT_FOUND, INVALID_ARGUMENT. */
export async function spanDetail(
  { store }: ConsoleState,
  traceId: string,
  spanId: string,
  signal: AbortSignal,
): Promise<SpanDetail> {
  checkId('traceId', traceId, 32);
  checkId('spanId', spanId, 16);
  const detail = await store.readers.read(
    (connection) => readSpanDetail(connection, store.book, traceId, spanId, signal),
    signal,
  );
  if (detail === undefined) {
    throw consoleErrors.create('NOT_FOUND', { message: `no span ${spanId} of trace ${traceId} is stored` });
  }
  return detail;
}

function checkId(field: string, id: string, digits: number): void {
  if (id.length !== digits || !/^[0-9a-f]+$/.test(id)) {
    throw invalidArgument(field, id, `${digits} hexadecimal digits, in lower case`);
  }
}

/** Gives names numbers. */
class Names {
  readonly names: string[] = [];
  readonly #indexes = new Map<string, number>();

  index(name: string): number {
    let index = this.#indexes.get(name);
    if (index === undefined) {
      index = this.names.push(name) - 1;
      this.#indexes.set(name, index);
    }
    return index;
  }
}
