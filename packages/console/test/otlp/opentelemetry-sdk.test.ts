import { type Attributes, context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metricKinds } from '../../src/otlp/metric-batch.ts';
import { openGrpcReceiver } from '../../src/otlp/receive/open-grpc.ts';
import { type OpenReceiver, openHttpReceiver } from '../../src/otlp/receive/open-http.ts';
import { receiverCore } from '../../src/otlp/receive/receiver-options.ts';
import type { SpanBatch } from '../../src/otlp/span-batch.ts';
import { CollectingSink } from './collecting-sink.ts';

const resource = resourceFromAttributes({
  'service.name': 'shop',
  'service.version': '1.4.0',
  'service.instance.id': 'shop-1',
});

let sink: CollectingSink;
let http: OpenReceiver;
let grpc: OpenReceiver;

beforeEach(async () => {
  sink = new CollectingSink();
  const core = receiverCore({ sink });
  http = await openHttpReceiver(core, { port: 0 });
  grpc = await openGrpcReceiver(core, { port: 0 });
});
afterEach(() => Promise.all([http.close(), grpc.close()]));

const url = (path: string): string => `http://127.0.0.1:${http.port}${path}`;

const exporters: readonly (readonly [string, () => SpanExporter])[] = [
  ['protobuf over HTTP', () => new ProtobufTraceExporter({ url: url('/v1/traces') })],
  [
    'protobuf over HTTP in gzip',
    () => new ProtobufTraceExporter({ url: url('/v1/traces'), compression: 'gzip' as never }),
  ],
  ['JSON over HTTP', () => new JsonTraceExporter({ url: url('/v1/traces') })],
  ['gRPC', () => new GrpcTraceExporter({ url: `http://127.0.0.1:${grpc.port}` })],
];

const attributes: Attributes = {
  'http.request.method': 'GET',
  'http.response.status_code': 503,
  ratio: 0.25,
  cached: false,
  tags: ['a', 'b'],
};

describe("OpenTelemetry's SDK for JavaScript", () => {
  it.each(exporters)('sends spans as %s that are read as they were', async (_, exporter) => {
    const provider = new TracerProvider({
      resource,
      spanProcessors: [new BatchSpanProcessor({ exporter: exporter() } as never)],
    });
    const tracer = provider.getTracer('my-library', '2.0.0');
    const parent = tracer.startSpan('GET /orders', {
      kind: SpanKind.SERVER,
      startTime: [1_700_000_000, 123_456_789],
    });
    const child = tracer.startSpan(
      'SELECT orders',
      {
        kind: SpanKind.CLIENT,
        startTime: [1_700_000_000, 200_000_000],
        attributes: { 'db.system.name': 'postgresql', 'db.namespace': 'orders' },
        links: [{ context: parent.spanContext() }],
      },
      trace.setSpan(context.active(), parent),
    );
    child.recordException(new RangeError('too many'));
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'it broke' });
    child.end([1_700_000_000, 250_000_000]);
    parent.setAttributes(attributes);
    parent.end([1_700_000_001, 123_456_789]);
    await provider.shutdown();

    const batch = sink.spans[0]!;
    expect(batch.length).toBe(2);
    expect(batch.resources).toEqual([
      expect.objectContaining({ service: 'shop', version: '1.4.0', instance: 'shop-1' }),
    ]);
    const [first, second] = [0, 1].map((row) => told(batch, row));
    expect(second).toEqual({
      traceId: parent.spanContext().traceId,
      spanId: parent.spanContext().spanId,
      parentId: '0000000000000000',
      name: 'GET /orders',
      scope: 'my-library',
      kind: 2,
      status: 0,
      statusMessage: '',
      peer: '',
      start: 1_700_000_000_123_456_789n,
      duration: 1_000_000_000n,
      attributes,
      events: [],
      links: [],
    });
    expect(first).toMatchObject({
      traceId: parent.spanContext().traceId,
      parentId: parent.spanContext().spanId,
      kind: 3,
      status: 2,
      statusMessage: 'it broke',
      peer: 'postgresql/orders',
      duration: 50_000_000n,
      events: [
        {
          name: 'exception',
          attributes: { 'exception.type': 'RangeError', 'exception.message': 'too many' },
        },
      ],
      links: [{ traceId: parent.spanContext().traceId, spanId: parent.spanContext().spanId }],
    });
  });

  it('sends logs', async () => {
    const processor = new BatchLogRecordProcessor({
      exporter: new OTLPLogExporter({ url: url('/v1/logs') }),
    } as never);
    const provider = new LoggerProvider({ resource, processors: [processor] });
    provider.getLogger('pino').emit({
      severityNumber: 17,
      severityText: 'ERROR',
      body: { what: 'it broke', parts: [1, 2] },
      attributes: { user: 7 },
      timestamp: [1_700_000_000, 5],
    });
    await provider.shutdown();
    const batch = sink.logs[0]!;
    expect(batch.severities[0]).toBe(17);
    expect(batch.texts[batch.severityTexts[0]!]).toBe('ERROR');
    expect(batch.times[0]).toBe(1_700_000_000_000_000_005n);
    expect(JSON.parse(batch.body(0))).toEqual({ what: 'it broke', parts: [1, 2] });
    expect(JSON.parse(batch.attributesJson(0))).toEqual({ user: 7 });
    expect(batch.texts[batch.scopes[0]!]).toBe('pino');
  });

  it('sends metrics of every kind', async () => {
    const exporter = new OTLPMetricExporter({ url: url('/v1/metrics') });
    const provider = new MeterProvider({
      resource,
      readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
      views: [{ instrumentName: 'size', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
    });
    const meter = provider.getMeter('meter');
    meter.createCounter('calls', { unit: '{call}' }).add(3, { route: '/a' });
    meter.createUpDownCounter('active').add(-2);
    meter.createObservableGauge('temperature').addCallback((result) => result.observe(36.6));
    const took = meter.createHistogram('took', { advice: { explicitBucketBoundaries: [1, 5] } });
    for (const value of [0.5, 2, 7]) took.record(value);
    const size = meter.createHistogram('size');
    for (const value of [1, 2, 4]) size.record(value);
    await provider.shutdown();

    const batch = sink.metrics[0]!;
    const rows = new Map(
      Array.from({ length: batch.length }, (_, row) => [batch.texts[batch.names[row]!], row]),
    );
    const point = (name: string) => {
      const row = rows.get(name)!;
      const { counts, kinds, maxima, minima, monotonic, temporalities, values } = batch;
      return {
        kind: kinds[row],
        temporality: temporalities[row],
        monotonic: monotonic[row],
        value: values[row],
        count: counts[row],
        min: minima[row],
        max: maxima[row],
        attributes: batch.attributesJson(row),
        distribution: batch.distributionJson(row),
      };
    };
    expect(point('calls')).toMatchObject({
      kind: metricKinds.sum,
      temporality: 2,
      monotonic: 1,
      value: 3,
      attributes: '{"route":"/a"}',
    });
    expect(batch.texts[batch.units[rows.get('calls')!]!]).toBe('{call}');
    expect(point('active')).toMatchObject({ kind: metricKinds.sum, monotonic: 0, value: -2 });
    expect(point('temperature')).toMatchObject({ kind: metricKinds.gauge, value: 36.6 });
    expect(point('took')).toMatchObject({
      kind: metricKinds.histogram,
      value: 9.5,
      count: 3,
      min: 0.5,
      max: 7,
      distribution: '{"bounds":[1,5],"counts":[1,1,1]}',
    });
    const { count, distribution, kind } = point('size');
    expect([kind, count]).toEqual([metricKinds.histogram, 3]);
    const { bounds, counts } = JSON.parse(distribution);
    expect(counts).toHaveLength(bounds.length + 1);
    expect(counts.reduce((sum: number, each: number) => sum + each, 0)).toBe(3);
  });
});

function told(batch: SpanBatch, row: number): object {
  const hex = (column: Uint8Array, size: number) =>
    Buffer.from(column.subarray(row * size, (row + 1) * size)).toString('hex');
  return {
    traceId: hex(batch.traceIds, 16),
    spanId: hex(batch.spanIds, 8),
    parentId: hex(batch.parentIds, 8),
    name: batch.texts[batch.names[row]!],
    scope: batch.texts[batch.scopes[row]!],
    kind: batch.kinds[row],
    status: batch.statuses[row],
    statusMessage: batch.texts[batch.statusMessages[row]!],
    peer: batch.texts[batch.peers[row]!],
    start: batch.starts[row],
    duration: batch.durations[row],
    attributes: JSON.parse(batch.attributesJson(row)),
    events: JSON.parse(batch.eventsJson(row)),
    links: JSON.parse(batch.linksJson(row)),
  };
}
