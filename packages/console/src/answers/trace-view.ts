import { invalidArgument } from '@holdfast/core';
import { assembleTrace, criticalPath, selfTimes, type Trace } from '@holdfast/insight';
import type { SpanDetail, TraceView } from '../api/console-api.ts';
import { consoleErrors } from '../console-errors.ts';
import type { ConsoleState } from '../console-state.ts';
import { readSpanDetail } from '../store/span-detail.ts';
import { spanKinds, spanStatuses } from '../store/stored-span.ts';

/** So many spans of a trace are shown. */
const spansMax = 200_000;

/** @throws HoldfastError NOT_FOUND, INVALID_ARGUMENT. */
export async function traceView(
  { store }: ConsoleState,
  traceId: string,
  signal: AbortSignal,
): Promise<TraceView> {
  checkId('traceId', traceId, 32);
  const spans = await store.trace(traceId, signal);
  if (spans.length === 0)
    throw consoleErrors.create('NOT_FOUND', { message: `no trace ${traceId} is stored` });
  // The earliest stay: they are the nearest to the root.
  const shown =
    spans.length > spansMax ? spans.sort((one, other) => one.start - other.start).slice(0, spansMax) : spans;
  const trace = assembleTrace(shown);
  const logs = await store.countLogs(traceId, signal);
  return { ...columnsOf(trace), omitted: spans.length - shown.length, logs };
}

function columnsOf(trace: Trace): Omit<TraceView, 'omitted' | 'logs'> {
  const { spans, parents, depths, starts, durations, orphans } = trace;
  const services = new Names();
  const operations = new Names();
  const path = criticalPath(trace);
  const millis = (values: Float64Array): number[] => Array.from(values, (micros) => micros / 1e3);
  return {
    traceId: trace.traceId,
    start: trace.start / 1e3,
    duration: trace.duration / 1e3,
    spanCount: spans.length,
    spanIds: spans.map(({ spanId }) => spanId),
    parents: [...parents],
    depths: [...depths],
    service: spans.map(({ service }) => services.index(service)),
    operation: spans.map(({ operation }) => operations.index(operation)),
    services: services.names,
    operations: operations.names,
    starts: millis(starts),
    durations: millis(durations),
    selfTimes: millis(selfTimes(trace)),
    statuses: spans.map(({ status }) => spanStatuses.indexOf(status)),
    // Its first is for spans that do not say their kind.
    kinds: spans.map(({ kind }) => spanKinds.lastIndexOf(kind) - 1),
    orphans: [...orphans],
    critical: { spans: [...path.rows], starts: millis(path.starts), ends: millis(path.ends) },
    skews: trace.skews.map(({ service, milliseconds }) => ({ service, milliseconds })),
  };
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
