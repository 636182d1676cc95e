/*
 * The messages of OTLP 1.x in the JSON form of protobufjs, as `opentelemetry-proto` declares them: what the hand-written
 * readers and writers are compared with.
 */

interface FieldSchema {
  readonly id: number;
  readonly type: string;
  readonly rule?: 'repeated';
  readonly options?: Readonly<Record<string, unknown>>;
}

interface MessageSchema {
  readonly fields: Readonly<Record<string, FieldSchema>>;
  readonly oneofs?: Readonly<Record<string, { readonly oneof: readonly string[] }>>;
}

/** `one` value or `many`, `maybe` none at all. */
const one = (id: number, type: string): FieldSchema => ({ id, type });
const many = (id: number, type: string): FieldSchema => ({ id, type, rule: 'repeated' });
const maybe = (id: number, type: string): FieldSchema => ({ id, type, options: { proto3_optional: true } });

function message(
  fields: Readonly<Record<string, FieldSchema>>,
  oneofs: Readonly<Record<string, readonly string[]>> = {},
): MessageSchema {
  const presence = Object.keys(fields)
    .filter((name) => fields[name]?.options !== undefined)
    .map((name) => [`_${name}`, { oneof: [name] }] as const);
  const choices = Object.entries(oneofs).map(([name, oneof]) => [name, { oneof }] as const);
  return { fields, oneofs: Object.fromEntries([...presence, ...choices]) };
}

const numberValue = { asDouble: one(4, 'double'), asInt: one(6, 'sfixed64') };
const times = { startTimeUnixNano: one(2, 'fixed64'), timeUnixNano: one(3, 'fixed64') };

const messages: Readonly<Record<string, MessageSchema>> = {
  AnyValue: message(
    {
      stringValue: one(1, 'string'),
      boolValue: one(2, 'bool'),
      intValue: one(3, 'int64'),
      doubleValue: one(4, 'double'),
      arrayValue: one(5, 'ArrayValue'),
      kvlistValue: one(6, 'KeyValueList'),
      bytesValue: one(7, 'bytes'),
    },
    {
      value: [
        'stringValue',
        'boolValue',
        'intValue',
        'doubleValue',
        'arrayValue',
        'kvlistValue',
        'bytesValue',
      ],
    },
  ),
  ArrayValue: message({ values: many(1, 'AnyValue') }),
  KeyValueList: message({ values: many(1, 'KeyValue') }),
  KeyValue: message({ key: one(1, 'string'), value: one(2, 'AnyValue') }),
  InstrumentationScope: message({
    name: one(1, 'string'),
    version: one(2, 'string'),
    attributes: many(3, 'KeyValue'),
    droppedAttributesCount: one(4, 'uint32'),
  }),
  Resource: message({ attributes: many(1, 'KeyValue'), droppedAttributesCount: one(2, 'uint32') }),

  ExportTraceServiceRequest: message({ resourceSpans: many(1, 'ResourceSpans') }),
  ResourceSpans: message({
    resource: one(1, 'Resource'),
    scopeSpans: many(2, 'ScopeSpans'),
    schemaUrl: one(3, 'string'),
  }),
  ScopeSpans: message({
    scope: one(1, 'InstrumentationScope'),
    spans: many(2, 'Span'),
    schemaUrl: one(3, 'string'),
  }),
  Span: message({
    traceId: one(1, 'bytes'),
    spanId: one(2, 'bytes'),
    traceState: one(3, 'string'),
    parentSpanId: one(4, 'bytes'),
    name: one(5, 'string'),
    kind: one(6, 'int32'),
    startTimeUnixNano: one(7, 'fixed64'),
    endTimeUnixNano: one(8, 'fixed64'),
    attributes: many(9, 'KeyValue'),
    droppedAttributesCount: one(10, 'uint32'),
    events: many(11, 'Event'),
    droppedEventsCount: one(12, 'uint32'),
    links: many(13, 'Link'),
    droppedLinksCount: one(14, 'uint32'),
    status: one(15, 'Status'),
    flags: one(16, 'fixed32'),
  }),
  Event: message({
    timeUnixNano: one(1, 'fixed64'),
    name: one(2, 'string'),
    attributes: many(3, 'KeyValue'),
    droppedAttributesCount: one(4, 'uint32'),
  }),
  Link: message({
    traceId: one(1, 'bytes'),
    spanId: one(2, 'bytes'),
    traceState: one(3, 'string'),
    attributes: many(4, 'KeyValue'),
    droppedAttributesCount: one(5, 'uint32'),
    flags: one(6, 'fixed32'),
  }),
  Status: message({ message: one(2, 'string'), code: one(3, 'int32') }),

  ExportLogsServiceRequest: message({ resourceLogs: many(1, 'ResourceLogs') }),
  ResourceLogs: message({
    resource: one(1, 'Resource'),
    scopeLogs: many(2, 'ScopeLogs'),
    schemaUrl: one(3, 'string'),
  }),
  ScopeLogs: message({
    scope: one(1, 'InstrumentationScope'),
    logRecords: many(2, 'LogRecord'),
    schemaUrl: one(3, 'string'),
  }),
  LogRecord: message({
    timeUnixNano: one(1, 'fixed64'),
    severityNumber: one(2, 'int32'),
    severityText: one(3, 'string'),
    body: one(5, 'AnyValue'),
    attributes: many(6, 'KeyValue'),
    droppedAttributesCount: one(7, 'uint32'),
    flags: one(8, 'fixed32'),
    traceId: one(9, 'bytes'),
    spanId: one(10, 'bytes'),
    observedTimeUnixNano: one(11, 'fixed64'),
    eventName: one(12, 'string'),
  }),

  ExportMetricsServiceRequest: message({ resourceMetrics: many(1, 'ResourceMetrics') }),
  ResourceMetrics: message({
    resource: one(1, 'Resource'),
    scopeMetrics: many(2, 'ScopeMetrics'),
    schemaUrl: one(3, 'string'),
  }),
  ScopeMetrics: message({
    scope: one(1, 'InstrumentationScope'),
    metrics: many(2, 'Metric'),
    schemaUrl: one(3, 'string'),
  }),
  Metric: message(
    {
      name: one(1, 'string'),
      description: one(2, 'string'),
      unit: one(3, 'string'),
      gauge: one(5, 'Gauge'),
      sum: one(7, 'Sum'),
      histogram: one(9, 'Histogram'),
      exponentialHistogram: one(10, 'ExponentialHistogram'),
      summary: one(11, 'Summary'),
    },
    { data: ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] },
  ),
  Gauge: message({ dataPoints: many(1, 'NumberDataPoint') }),
  Sum: message({
    dataPoints: many(1, 'NumberDataPoint'),
    aggregationTemporality: one(2, 'int32'),
    isMonotonic: one(3, 'bool'),
  }),
  Histogram: message({
    dataPoints: many(1, 'HistogramDataPoint'),
    aggregationTemporality: one(2, 'int32'),
  }),
  ExponentialHistogram: message({
    dataPoints: many(1, 'ExponentialHistogramDataPoint'),
    aggregationTemporality: one(2, 'int32'),
  }),
  Summary: message({ dataPoints: many(1, 'SummaryDataPoint') }),
  NumberDataPoint: message(
    {
      ...times,
      ...numberValue,
      exemplars: many(5, 'Exemplar'),
      attributes: many(7, 'KeyValue'),
      flags: one(8, 'uint32'),
    },
    { value: ['asDouble', 'asInt'] },
  ),
  HistogramDataPoint: message({
    ...times,
    count: one(4, 'fixed64'),
    sum: maybe(5, 'double'),
    bucketCounts: many(6, 'fixed64'),
    explicitBounds: many(7, 'double'),
    exemplars: many(8, 'Exemplar'),
    attributes: many(9, 'KeyValue'),
    flags: one(10, 'uint32'),
    min: maybe(11, 'double'),
    max: maybe(12, 'double'),
  }),
  ExponentialHistogramDataPoint: message({
    attributes: many(1, 'KeyValue'),
    ...times,
    count: one(4, 'fixed64'),
    sum: maybe(5, 'double'),
    scale: one(6, 'sint32'),
    zeroCount: one(7, 'fixed64'),
    positive: one(8, 'Buckets'),
    negative: one(9, 'Buckets'),
    flags: one(10, 'uint32'),
    exemplars: many(11, 'Exemplar'),
    min: maybe(12, 'double'),
    max: maybe(13, 'double'),
    zeroThreshold: one(14, 'double'),
  }),
  Buckets: message({ offset: one(1, 'sint32'), bucketCounts: many(2, 'uint64') }),
  SummaryDataPoint: message({
    ...times,
    count: one(4, 'fixed64'),
    sum: one(5, 'double'),
    quantileValues: many(6, 'ValueAtQuantile'),
    attributes: many(7, 'KeyValue'),
    flags: one(8, 'uint32'),
  }),
  ValueAtQuantile: message({ quantile: one(1, 'double'), value: one(2, 'double') }),
  Exemplar: message(
    {
      timeUnixNano: one(2, 'fixed64'),
      asDouble: one(3, 'double'),
      spanId: one(4, 'bytes'),
      traceId: one(5, 'bytes'),
      asInt: one(6, 'sfixed64'),
      filteredAttributes: many(7, 'KeyValue'),
    },
    { value: ['asDouble', 'asInt'] },
  ),

  ExportTraceServiceResponse: message({ partialSuccess: one(1, 'ExportTracePartialSuccess') }),
  ExportTracePartialSuccess: message({ rejectedSpans: one(1, 'int64'), errorMessage: one(2, 'string') }),
  ExportLogsServiceResponse: message({ partialSuccess: one(1, 'ExportLogsPartialSuccess') }),
  ExportLogsPartialSuccess: message({ rejectedLogRecords: one(1, 'int64'), errorMessage: one(2, 'string') }),
  ExportMetricsServiceResponse: message({ partialSuccess: one(1, 'ExportMetricsPartialSuccess') }),
  ExportMetricsPartialSuccess: message({
    rejectedDataPoints: one(1, 'int64'),
    errorMessage: one(2, 'string'),
  }),
};

/** For `Root.fromJSON` of protobufjs. */
export const otlpSchema: { readonly nested: typeof messages } = { nested: messages };
