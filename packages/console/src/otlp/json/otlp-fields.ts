import type { Signal } from '../signal.ts';

/** How a value of OTLP's JSON is written in protobuf. An `id` is in hexadecimal digits, `bytes` are in base64. */
export type Scalar =
  | 'string'
  | 'bytes'
  | 'id'
  | 'bool'
  | 'uint32'
  | 'sint32'
  | 'int64'
  | 'uint64'
  | 'fixed64'
  | 'sfixed64'
  | 'double';

export interface JsonField {
  readonly number: number;
  /** A function where messages refer to each other. */
  readonly type: Scalar | (() => JsonMessage);
  readonly repeated: boolean;
}

/** The fields of a message by their names in JSON: those that a batch is made of. Others are passed over. */
export type JsonMessage = ReadonlyMap<string, JsonField>;

/** `one` value, or `many`. */
const one = (number: number, type: JsonField['type']): JsonField => ({ number, type, repeated: false });
const many = (number: number, type: JsonField['type']): JsonField => ({ number, type, repeated: true });

function message(fields: Readonly<Record<string, JsonField>>): JsonMessage {
  return new Map(Object.entries(fields));
}

const anyValue: JsonMessage = message({
  stringValue: one(1, 'string'),
  boolValue: one(2, 'bool'),
  intValue: one(3, 'int64'),
  doubleValue: one(4, 'double'),
  arrayValue: one(5, () => arrayValue),
  kvlistValue: one(6, () => attributeList),
  bytesValue: one(7, 'bytes'),
});
const arrayValue: JsonMessage = message({ values: many(1, () => anyValue) });
const attribute: JsonMessage = message({ key: one(1, 'string'), value: one(2, () => anyValue) });
const attributeList: JsonMessage = message({ values: many(1, () => attribute) });
const resource: JsonMessage = message({ attributes: many(1, () => attribute) });
const scope: JsonMessage = message({ name: one(1, 'string') });

const event: JsonMessage = message({
  timeUnixNano: one(1, 'fixed64'),
  name: one(2, 'string'),
  attributes: many(3, () => attribute),
});
const link: JsonMessage = message({
  traceId: one(1, 'id'),
  spanId: one(2, 'id'),
  attributes: many(4, () => attribute),
});
const status: JsonMessage = message({ message: one(2, 'string'), code: one(3, 'uint32') });
const span: JsonMessage = message({
  traceId: one(1, 'id'),
  spanId: one(2, 'id'),
  parentSpanId: one(4, 'id'),
  name: one(5, 'string'),
  kind: one(6, 'uint32'),
  startTimeUnixNano: one(7, 'fixed64'),
  endTimeUnixNano: one(8, 'fixed64'),
  attributes: many(9, () => attribute),
  events: many(11, () => event),
  links: many(13, () => link),
  status: one(15, () => status),
});

const log: JsonMessage = message({
  timeUnixNano: one(1, 'fixed64'),
  severityNumber: one(2, 'uint32'),
  severityText: one(3, 'string'),
  body: one(5, () => anyValue),
  attributes: many(6, () => attribute),
  traceId: one(9, 'id'),
  spanId: one(10, 'id'),
  observedTimeUnixNano: one(11, 'fixed64'),
  eventName: one(12, 'string'),
});

const exemplar: JsonMessage = message({
  timeUnixNano: one(2, 'fixed64'),
  asDouble: one(3, 'double'),
  spanId: one(4, 'id'),
  traceId: one(5, 'id'),
  asInt: one(6, 'sfixed64'),
});
const times = { startTimeUnixNano: one(2, 'fixed64'), timeUnixNano: one(3, 'fixed64') };
const numberPoint: JsonMessage = message({
  ...times,
  asDouble: one(4, 'double'),
  exemplars: many(5, () => exemplar),
  asInt: one(6, 'sfixed64'),
  attributes: many(7, () => attribute),
  flags: one(8, 'uint32'),
});
const histogramPoint: JsonMessage = message({
  ...times,
  count: one(4, 'fixed64'),
  sum: one(5, 'double'),
  bucketCounts: many(6, 'fixed64'),
  explicitBounds: many(7, 'double'),
  exemplars: many(8, () => exemplar),
  attributes: many(9, () => attribute),
  flags: one(10, 'uint32'),
  min: one(11, 'double'),
  max: one(12, 'double'),
});
const buckets: JsonMessage = message({ offset: one(1, 'sint32'), bucketCounts: many(2, 'uint64') });
const exponentialPoint: JsonMessage = message({
  attributes: many(1, () => attribute),
  ...times,
  count: one(4, 'fixed64'),
  sum: one(5, 'double'),
  scale: one(6, 'sint32'),
  zeroCount: one(7, 'fixed64'),
  positive: one(8, () => buckets),
  negative: one(9, () => buckets),
  flags: one(10, 'uint32'),
  exemplars: many(11, () => exemplar),
  min: one(12, 'double'),
  max: one(13, 'double'),
  zeroThreshold: one(14, 'double'),
});
const valueAtQuantile: JsonMessage = message({ quantile: one(1, 'double'), value: one(2, 'double') });
const summaryPoint: JsonMessage = message({
  ...times,
  count: one(4, 'fixed64'),
  sum: one(5, 'double'),
  quantileValues: many(6, () => valueAtQuantile),
  attributes: many(7, () => attribute),
  flags: one(8, 'uint32'),
});
const temporality = { aggregationTemporality: one(2, 'uint32') };
const gauge: JsonMessage = message({ dataPoints: many(1, () => numberPoint) });
const sum: JsonMessage = message({
  ...temporality,
  dataPoints: many(1, () => numberPoint),
  isMonotonic: one(3, 'bool'),
});
const histogram: JsonMessage = message({ ...temporality, dataPoints: many(1, () => histogramPoint) });
const exponential: JsonMessage = message({ ...temporality, dataPoints: many(1, () => exponentialPoint) });
const summary: JsonMessage = message({ dataPoints: many(1, () => summaryPoint) });
const metric: JsonMessage = message({
  name: one(1, 'string'),
  unit: one(3, 'string'),
  gauge: one(5, () => gauge),
  sum: one(7, () => sum),
  histogram: one(9, () => histogram),
  exponentialHistogram: one(10, () => exponential),
  summary: one(11, () => summary),
});

/** Items by resource and scope, which requests of all signals hold alike, each under names of its own. */
function request(resources: string, scopes: string, items: string, item: JsonMessage): JsonMessage {
  const scopeGroup = message({ scope: one(1, () => scope), [items]: many(2, () => item) });
  const resourceGroup = message({ resource: one(1, () => resource), [scopes]: many(2, () => scopeGroup) });
  return message({ [resources]: many(1, () => resourceGroup) });
}

/** The requests of OTLP. */
export const requests: Readonly<Record<Signal, JsonMessage>> = {
  spans: request('resourceSpans', 'scopeSpans', 'spans', span),
  logs: request('resourceLogs', 'scopeLogs', 'logRecords', log),
  metrics: request('resourceMetrics', 'scopeMetrics', 'metrics', metric),
};
