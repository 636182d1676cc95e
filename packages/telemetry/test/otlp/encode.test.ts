import {
  type Attributes,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import type { MetricBatch } from '../../src/metrics/metric-points.ts';
import { logFormat } from '../../src/otlp/encode/encode-logs.ts';
import { metricFormat } from '../../src/otlp/encode/encode-metrics.ts';
import { spanFormat } from '../../src/otlp/encode/encode-spans.ts';
import { type ItemFormat, otlpRequest, type Scoped } from '../../src/otlp/encode/otlp-request.ts';
import { otlpSchema } from '../../src/testkit/index.ts';
import type { SpanRecord } from '../../src/trace/span-record.ts';
import { tracing } from '../tracing.ts';
import {
  logRecord,
  metricBatch,
  resource,
  scope,
  spanId,
  spanRecord,
  traceId,
  traceState,
} from './sample-records.ts';

const root = protobuf.Root.fromJSON(otlpSchema as unknown as protobuf.INamespace);

/** What protobufjs reads: 64-bit integers as texts, identifiers as hexadecimal digits. */
function read<Item extends Scoped>(
  type: string,
  format: ItemFormat<Item>,
  items: readonly Item[],
): Record<string, never> {
  return plain(type, root.lookupType(type).decode(requestOf('protobuf', format, items)));
}

/** The same of OTLP's JSON, whose identifiers are in hexadecimal digits and not in base64. */
function readJson<Item extends Scoped>(
  type: string,
  format: ItemFormat<Item>,
  items: readonly Item[],
): Record<string, never> {
  const text = Buffer.from(requestOf('json', format, items)).toString();
  const value = JSON.parse(text, (key, part) =>
    ['traceId', 'spanId', 'parentSpanId'].includes(key) ? Buffer.from(part, 'hex').toString('base64') : part,
  );
  return plain(type, root.lookupType(type).fromObject(value));
}

function requestOf<Item extends Scoped>(
  encoding: 'protobuf' | 'json',
  format: ItemFormat<Item>,
  items: readonly Item[],
): Uint8Array {
  const request = otlpRequest(encoding, resource, format);
  for (const item of items) request.add(item);
  return request.finish();
}

function plain(type: string, message: protobuf.Message): Record<string, never> {
  const options = { longs: String, bytes: String, defaults: true, json: true };
  return JSON.parse(JSON.stringify(root.lookupType(type).toObject(message, options)));
}

const spanType = 'ExportTraceServiceRequest';
const span = spanRecord({
  context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED, traceState: traceState('vendor=1') },
  parentId: 'aabbccddeeff0011',
  parentIsRemote: true,
  kind: SpanKind.CLIENT,
  status: { code: SpanStatusCode.ERROR, message: 'it broke' },
  attributes: {
    text: 'ü\u{1f600}',
    whole: -7,
    large: 2 ** 52 + 1,
    fraction: 0.1,
    infinite: Number.NEGATIVE_INFINITY,
    flag: true,
    list: ['a', null, 'b'],
    numbers: [1, 2.5],
    // The API's later versions take these as well.
    ...({ bytes: new Uint8Array([1, 2, 255]), object: { inner: { deep: 1 } } } as object),
    left: undefined,
  },
  events: [{ name: 'exception', time: 1_700_000_000_123_457, attributes: { a: 'b' }, droppedAttributes: 2 }],
  links: [
    {
      context: { traceId, spanId, traceFlags: 0, isRemote: true, traceState: traceState('a=b') },
      attributes: { c: 1 },
      droppedAttributes: 3,
    },
  ],
  droppedAttributes: 4,
  droppedEvents: 5,
  droppedLinks: 6,
});

describe('spans', () => {
  it('are read by protobufjs as they were', () => {
    const request = read(spanType, spanFormat, [span]);
    expect(request).toMatchObject({
      resourceSpans: [
        {
          resource: {
            attributes: [
              { key: 'service.name', value: { stringValue: 'shop' } },
              { key: 'process.pid', value: { intValue: '42' } },
            ],
          },
          scopeSpans: [
            {
              scope: { name: 'http', version: '1.2.3' },
              spans: [
                {
                  traceId: Buffer.from(traceId, 'hex').toString('base64'),
                  spanId: Buffer.from(spanId, 'hex').toString('base64'),
                  parentSpanId: Buffer.from('aabbccddeeff0011', 'hex').toString('base64'),
                  traceState: 'vendor=1',
                  flags: 0x301,
                  name: 'GET /orders',
                  kind: 3,
                  startTimeUnixNano: '1700000000123456750',
                  endTimeUnixNano: '1700000000124956875',
                  droppedAttributesCount: 4,
                  droppedEventsCount: 5,
                  droppedLinksCount: 6,
                  status: { code: 2, message: 'it broke' },
                  events: [
                    { timeUnixNano: '1700000000123457000', name: 'exception', droppedAttributesCount: 2 },
                  ],
                  links: [{ traceState: 'a=b', flags: 0x300, droppedAttributesCount: 3 }],
                },
              ],
            },
          ],
        },
      ],
    });
    const attributes = JSON.stringify(request).match(/"key":"left"/);
    expect(attributes).toBeNull();
  });

  it('are the same in JSON', () => {
    const request = read(spanType, spanFormat, [span, spanRecord()]);
    expect(readJson(spanType, spanFormat, [span, spanRecord()])).toEqual(request);
  });

  it('stand by their scope', () => {
    const other = { name: 'pg', version: undefined, schemaUrl: 'https://example.com/1' };
    const spans = [
      spanRecord({ name: '1' }),
      spanRecord({ name: '2', scope: other }),
      spanRecord({ name: '3' }),
    ];
    expect(read(spanType, spanFormat, spans)).toMatchObject({
      resourceSpans: [
        {
          scopeSpans: [
            { scope: { name: 'http' }, schemaUrl: '', spans: [{ name: '1' }, { name: '3' }] },
            { scope: { name: 'pg' }, schemaUrl: 'https://example.com/1', spans: [{ name: '2' }] },
          ],
        },
      ],
    });
  });

  it.each(['protobuf', 'json'] as const)(
    'in %s, however they come, and one that throws is left out',
    (encoding) => {
      const scopes = ['a', 'b', 'c'].map((name) => ({ name, version: '1', schemaUrl: undefined }));
      const request = otlpRequest<SpanRecord>(encoding, resource, {
        ...spanFormat,
        write: (writer, item) => {
          spanFormat.write(writer, item);
          if (item.name === 'bad') throw new Error('no');
        },
        json: (item) => {
          if (item.name === 'bad') throw new Error('no');
          return spanFormat.json(item);
        },
      });
      const spans = fc.array(
        fc.record({
          scope: fc.constantFrom(...scopes),
          name: fc.constantFrom('bad', 'short', 'l'.repeat(200)),
        }),
        { minLength: 1, maxLength: 20 },
      );
      fc.assert(
        fc.property(spans, (fields) => {
          const told = fields.filter(({ name }) => name !== 'bad').map(spanRecord);
          for (const span of fields.map(spanRecord)) {
            if (span.name === 'bad') expect(() => request.add(span)).toThrow('no');
            else request.add(span);
          }
          expect(request.finish()).toEqual(requestOf(encoding, spanFormat, told));
        }),
      );
    },
  );

  it('of tracers are written as what they say of themselves', () => {
    const { contexts, provider, spans } = tracing();
    const tracer = provider.getTracer('t');
    const remote = {
      traceId: traceId.toUpperCase(),
      spanId,
      traceFlags: 1,
      traceState: traceState('a=b'),
      isRemote: true,
    };
    for (const context of [ROOT_CONTEXT, trace.setSpan(ROOT_CONTEXT, trace.wrapSpanContext(remote))]) {
      const outer = tracer.startSpan('outer', {}, context);
      contexts.with(trace.setSpan(context, outer), () => tracer.startSpan('inner').end());
      outer.end();
    }
    const plain = spans.map(
      ({ context, duration, kind, name, parentId, parentIsRemote, scope, start, status }) =>
        spanRecord({ context, duration, kind, name, parentId, parentIsRemote, scope, start, status }),
    );
    expect(spans).toHaveLength(4);
    for (const encoding of ['protobuf', 'json'] as const) {
      expect(requestOf(encoding, spanFormat, spans)).toEqual(requestOf(encoding, spanFormat, plain));
    }
  });

  it('keep every time to the nanosecond, as far as a number holds it', () => {
    const micros = fc.integer({ min: 1, max: 4e15 }).map((quarters) => quarters + 0.25);
    fc.assert(
      fc.property(micros, fc.double({ min: 0, max: 1e12, noNaN: true }), (start, duration) => {
        const request = JSON.stringify(read(spanType, spanFormat, [spanRecord({ start, duration })]));
        const nanos = BigInt(Math.floor(start)) * 1_000n + BigInt(Math.round((start % 1) * 1_000));
        expect(request).toContain(`"startTimeUnixNano":"${nanos}"`);
        expect(request).toContain(`"endTimeUnixNano":"${nanos + BigInt(Math.round(duration * 1_000))}"`);
      }),
    );
  });

  it('with a value that holds itself are written to a depth that readers take', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const circular = spanRecord({ attributes: { circle } as unknown as Attributes });
    read(spanType, spanFormat, [circular]);
    readJson(spanType, spanFormat, [circular]);
  });
});

describe('logs', () => {
  const logs = [
    logRecord({
      body: { message: 'hello', parts: [1, 'two', null] },
      attributes: { user: 'ü', nested: { a: [true] } },
      droppedAttributes: 1,
      eventName: 'order.lost',
      traceId,
      spanId,
      traceFlags: 1,
    }),
    logRecord({ severity: 0, severityText: undefined, body: undefined }),
  ];

  it('are read by protobufjs as they were, and are the same in JSON', () => {
    const request = read('ExportLogsServiceRequest', logFormat, logs);
    expect(request).toMatchObject({
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [
                {
                  timeUnixNano: '1700000000000000000',
                  observedTimeUnixNano: '1700000000000001000',
                  severityNumber: 9,
                  severityText: 'info',
                  eventName: 'order.lost',
                  flags: 1,
                  traceId: Buffer.from(traceId, 'hex').toString('base64'),
                  droppedAttributesCount: 1,
                },
                { severityNumber: 0, severityText: '', traceId: '' },
              ],
            },
          ],
        },
      ],
    });
    expect(readJson('ExportLogsServiceRequest', logFormat, logs)).toEqual(request);
  });
});

describe('metrics', () => {
  const identity = { scope, description: 'What it is.', unit: 's' };
  const batch: MetricBatch = metricBatch([
    {
      ...identity,
      name: 'calls',
      kind: 'sum',
      monotonic: true,
      temporality: 'cumulative',
      points: [
        {
          attributes: { route: '/a' },
          value: 3,
          exemplars: [{ value: 2, time: 1_700_000_001_000_000, span: { traceId, spanId }, attributes: {} }],
        },
        { attributes: {}, value: -2.5 },
      ],
    },
    { ...identity, name: 'queue', kind: 'gauge', points: [{ attributes: {}, value: -9 }] },
    {
      ...identity,
      name: 'took',
      kind: 'histogram',
      temporality: 'delta',
      points: [
        {
          attributes: { a: 1 },
          startTime: 1_700_000_030_000_000,
          bounds: [0.5, 1],
          counts: new Float64Array([1, 2, 2 ** 33]),
          sum: 7.5,
          min: -0.5,
          max: 4,
          exemplars: [
            { value: 0.25, time: 1_700_000_002_000_000, span: undefined, attributes: { user: 'u1' } },
          ],
        },
      ],
    },
    {
      ...identity,
      name: 'exponentially',
      kind: 'exponential',
      temporality: 'cumulative',
      points: [
        {
          attributes: { a: 1 },
          scale: -3,
          zeroCount: 2,
          positive: { offset: -70_000, counts: Float64Array.of(1, 0, 2 ** 40) },
          negative: { offset: 3, counts: new Float64Array(0) },
          sum: 2.5,
          min: 0,
          max: undefined,
          exemplars: [{ value: 2, time: 1_700_000_001_000_000, span: { traceId, spanId }, attributes: {} }],
        },
      ],
    },
  ]);

  it('are read by protobufjs as they were, and are the same in JSON', () => {
    const request = read('ExportMetricsServiceRequest', metricFormat(batch), batch.metrics);
    const times = { startTimeUnixNano: '1700000000000000000', timeUnixNano: '1700000060000000000' };
    expect(request).toMatchObject({
      resourceMetrics: [
        {
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'calls',
                  description: 'What it is.',
                  unit: 's',
                  sum: {
                    aggregationTemporality: 2,
                    isMonotonic: true,
                    dataPoints: [
                      {
                        ...times,
                        asInt: '3',
                        attributes: [{ key: 'route' }],
                        exemplars: [
                          {
                            timeUnixNano: '1700000001000000000',
                            asInt: '2',
                            traceId: Buffer.from(traceId, 'hex').toString('base64'),
                            spanId: Buffer.from(spanId, 'hex').toString('base64'),
                          },
                        ],
                      },
                      { ...times, asDouble: -2.5 },
                    ],
                  },
                },
                { name: 'queue', gauge: { dataPoints: [{ ...times, asInt: '-9' }] } },
                {
                  name: 'took',
                  histogram: {
                    aggregationTemporality: 1,
                    dataPoints: [
                      {
                        startTimeUnixNano: '1700000030000000000',
                        timeUnixNano: times.timeUnixNano,
                        count: `${3 + 2 ** 33}`,
                        sum: 7.5,
                        bucketCounts: ['1', '2', `${2 ** 33}`],
                        explicitBounds: [0.5, 1],
                        min: -0.5,
                        max: 4,
                        exemplars: [{ asDouble: 0.25, traceId: '', filteredAttributes: [{ key: 'user' }] }],
                      },
                    ],
                  },
                },
                {
                  name: 'exponentially',
                  exponentialHistogram: {
                    aggregationTemporality: 2,
                    dataPoints: [
                      {
                        ...times,
                        attributes: [{ key: 'a' }],
                        count: `${3 + 2 ** 40}`,
                        sum: 2.5,
                        scale: -3,
                        zeroCount: '2',
                        positive: { offset: -70_000, bucketCounts: ['1', '0', `${2 ** 40}`] },
                        negative: { offset: 3, bucketCounts: [] },
                        min: 0,
                        exemplars: [{ asInt: '2', traceId: Buffer.from(traceId, 'hex').toString('base64') }],
                      },
                    ],
                  },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(readJson('ExportMetricsServiceRequest', metricFormat(batch), batch.metrics)).toEqual(request);
  });
});
