import { columnPlaces, csvFields } from './csv.ts';

/** A span of a table, its times in nanoseconds since the Unix epoch. */
export interface TableSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly pod: string;
  readonly service: string;
  readonly operation: string;
  readonly start: bigint;
  readonly end: bigint;
  /** In OTLP's numbers, from the spans around it: the table does not tell. */
  kind: number;
}

export interface SpanTable {
  readonly spans: readonly TableSpan[];
  /** Lines that are no span. */
  readonly rejected: number;
}

/** The columns of the traces of the Nezha data set (IntelligentDDS/Nezha). Durations follow from start and end. */
const columns = [
  'TraceID',
  'SpanID',
  'ParentID',
  'PodName',
  'OperationName',
  'StartTimeUnixNano',
  'EndTimeUnixNano',
];

const internal = 1;
const server = 2;
const client = 3;

/**
 * Reads a table of spans in the form of the Nezha data set. A pod's service is its name without the two parts that a
 * Deployment adds. A span that another pod called is a server's, one that called another pod a client's.
 *
 * @throws HoldfastError TELEMETRY_MALFORMED when its first line does not name the columns.
 */
export function readSpanTable(text: string): SpanTable {
  const [header = '', ...lines] = text.split(/\r?\n/);
  const places = columnPlaces(header, columns);
  const spans: TableSpan[] = [];
  let rejected = 0;
  for (const line of lines) {
    if (line === '') continue;
    const span = readSpan(csvFields(line), places);
    if (span === undefined) rejected++;
    else spans.push(span);
  }
  tellKinds(spans);
  return { spans, rejected };
}

function readSpan(fields: readonly string[], places: readonly number[]): TableSpan | undefined {
  const [traceId, spanId, parent, pod, operation, start, end] = places.map((place) => fields[place] ?? '');
  const isWhole =
    /^[0-9a-f]{32}$/i.test(traceId!) &&
    /^[0-9a-f]{16}$/i.test(spanId!) &&
    /^(?:root|[0-9a-f]{16})$/i.test(parent!) &&
    /^\d{1,19}$/.test(start!) &&
    /^\d{1,19}$/.test(end!);
  if (!isWhole) return undefined;
  return {
    traceId: traceId!.toLowerCase(),
    spanId: spanId!.toLowerCase(),
    parentId: parent === 'root' ? '' : parent!.toLowerCase(),
    pod: pod!,
    service: serviceOfPod(pod!),
    operation: operation!,
    start: BigInt(start!),
    end: BigInt(end!),
    kind: internal,
  };
}

/** `ts-order-service-5b67c48447-mv5hb` is a pod of `ts-order-service`. */
export function serviceOfPod(pod: string): string {
  return pod.replace(/-[0-9a-z]{6,10}-[0-9a-z]{5}$/, '');
}

function tellKinds(spans: readonly TableSpan[]): void {
  const byId = new Map(spans.map((span) => [span.traceId + span.spanId, span]));
  for (const span of spans) {
    const parent = byId.get(span.traceId + span.parentId);
    if (parent !== undefined && parent.pod === span.pod) continue;
    if (span.kind === internal) span.kind = server;
    if (parent?.kind === internal) parent.kind = client;
  }
}
