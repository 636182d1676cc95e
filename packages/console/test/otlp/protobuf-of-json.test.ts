import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSpans } from '../../src/otlp/decode/decode-spans.ts';
import { protobufOfJson } from '../../src/otlp/json/protobuf-of-json.ts';
import { type Signal, signalNames } from '../../src/otlp/signal.ts';
import { decodeWithOracle, encodeWithOracle } from './otlp-oracle.ts';
import { attribute, logRequest, metricRequest, spanRequest, start } from './sample-requests.ts';

const requestTypes: Readonly<Record<Signal, string>> = {
  spans: 'ExportTraceServiceRequest',
  logs: 'ExportLogsServiceRequest',
  metrics: 'ExportMetricsServiceRequest',
};
const ids = { traceId: '0123456789abcdef0123456789abcdef', spanId: '00f067aa0ba902b7' };
const times = { startTimeUnixNano: '5', timeUnixNano: start };

function transcoded(signal: Signal, request: unknown): Record<string, unknown> {
  return decodeWithOracle(requestTypes[signal], protobufOfJson(signal, Buffer.from(JSON.stringify(request))));
}

/** The same request as protobufjs would have it, whose identifiers are bytes. */
function expected(signal: Signal, request: object): Record<string, unknown> {
  const withBytes = JSON.parse(JSON.stringify(request), (key, value) =>
    ['traceId', 'spanId', 'parentSpanId'].includes(key)
      ? Buffer.from(value, 'hex').toString('base64')
      : value,
  );
  return decodeWithOracle(requestTypes[signal], encodeWithOracle(requestTypes[signal], withBytes));
}

const attributes = [
  attribute('text', 'ü\u{1f600}'),
  attribute('flag', true),
  { key: 'whole', value: { intValue: '-9223372036854775808' } },
  { key: 'fraction', value: { doubleValue: 0.1 } },
  { key: 'list', value: { arrayValue: { values: [{ intValue: 5 }, { stringValue: '' }, {}] } } },
  { key: 'map', value: { kvlistValue: { values: [attribute('inner', 1)] } } },
  { key: 'bytes', value: { bytesValue: 'AQL/' } },
];

const requests: readonly (readonly [string, Signal, object])[] = [
  [
    'spans',
    'spans',
    spanRequest({
      ...ids,
      parentSpanId: '1112131415161718',
      attributes,
      events: [{ timeUnixNano: start, name: 'e', attributes }],
      links: [{ ...ids, attributes }],
      status: { code: 2, message: 'it broke' },
    }),
  ],
  [
    'logs',
    'logs',
    logRequest({ ...ids, attributes, observedTimeUnixNano: start, severityText: 'x', eventName: 'y' }),
  ],
  [
    'gauges',
    'metrics',
    metricRequest({ gauge: { dataPoints: [{ ...times, asDouble: -0.5, attributes, flags: 1 }] } }),
  ],
  [
    'sums',
    'metrics',
    metricRequest({
      sum: { dataPoints: [{ ...times, asInt: '-5' }], aggregationTemporality: 2, isMonotonic: true },
    }),
  ],
  [
    'histograms',
    'metrics',
    metricRequest({
      histogram: {
        dataPoints: [
          { ...times, count: '3', sum: 2.5, bucketCounts: ['1', '2'], explicitBounds: [1.5], min: 0, max: 9 },
        ],
        aggregationTemporality: 1,
      },
    }),
  ],
  [
    'exponential histograms',
    'metrics',
    metricRequest({
      exponentialHistogram: {
        dataPoints: [
          {
            ...times,
            count: 3,
            scale: -2,
            zeroCount: '1',
            zeroThreshold: 0.5,
            positive: { offset: -3, bucketCounts: ['1', '2'] },
            negative: { offset: 3, bucketCounts: ['18446744073709551615'] },
          },
        ],
      },
    }),
  ],
  [
    'summaries',
    'metrics',
    metricRequest({
      summary: {
        dataPoints: [{ ...times, count: 1, sum: 1, quantileValues: [{ quantile: 0.5, value: 1 }] }],
      },
    }),
  ],
];

describe('protobufOfJson', () => {
  it.each(requests)('gives %s the form that protobufjs gives them', (_, signal, request) => {
    expect(transcoded(signal, request)).toEqual(expected(signal, request));
  });

  it('passes over what it does not know, and what is null', () => {
    const request = spanRequest({ ...ids, foreign: { a: [1] }, attributes: null, status: null });
    expect(transcoded('spans', { ...request, more: 1 })).toEqual(expected('spans', spanRequest(ids)));
  });

  it.each([
    ['NaN', Number.NaN],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['1e3', 1_000],
  ])('reads the double "%s"', (doubleValue, value) => {
    const request = spanRequest({ ...ids, attributes: [{ key: 'a', value: { doubleValue } }] });
    const { batch } = decodeSpans(protobufOfJson('spans', Buffer.from(JSON.stringify(request))));
    expect(JSON.parse(batch.attributesJson(0)).a).toBe(Number.isFinite(value) ? value : `${value}`);
  });

  it.each([
    [[], 'the body is a list, but must be an object'],
    [{ resourceSpans: {} }, 'resourceSpans is an object, but must be a list'],
    [spanRequest({ ...ids, name: 5 }), /spans\[0\]\.name is 5, but must be a text/],
    [
      spanRequest({ ...ids, kind: 'SPAN_KIND_SERVER' }),
      /kind is a text of 16 characters, but must be a whole number/,
    ],
    [spanRequest({ ...ids, kind: -1 }), /kind is -1/],
    [
      spanRequest({ ...ids, spanId: '0g' }),
      /spanId is a text of 2 characters, but must be hexadecimal digits/,
    ],
    [spanRequest({ ...ids, startTimeUnixNano: '-1' }), /startTimeUnixNano is a text of 2 characters/],
    [spanRequest({ ...ids, startTimeUnixNano: '18446744073709551616' }), /must be a whole number from 0/],
    [spanRequest({ ...ids, startTimeUnixNano: 1.5 }), /startTimeUnixNano is 1.5/],
    [spanRequest({ ...ids, attributes: [{ key: 'a', value: { boolValue: 'yes' } }] }), /boolValue/],
    [spanRequest({ ...ids, attributes: [{ key: 'a', value: { doubleValue: '' } }] }), /doubleValue/],
  ])('refuses %o and says where it is wrong', (request, message) => {
    expect(() => transcoded('spans', request)).toThrow(message);
  });

  it('refuses what parsing would take too much for, before it does', () => {
    const lists = Buffer.from(`[${'[],'.repeat(2_000_000)}[]]`);
    expect(() => protobufOfJson('spans', lists)).toThrow(/lists and objects/);
    // Brackets within texts are none.
    const text = JSON.stringify(spanRequest({ ...ids, name: `${'['.repeat(500)}"\\` }));
    expect(decodeSpans(protobufOfJson('spans', Buffer.from(text))).batch.length).toBe(1);
  });

  it('either reads or refuses any JSON and any text at all', () => {
    const known = [
      'resourceSpans',
      'scopeSpans',
      'spans',
      'resource',
      'attributes',
      'value',
      'traceId',
      'dataPoints',
    ];
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...known), tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    const text = fc.oneof(
      json.map((value) => JSON.stringify(value)),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...signalNames), text, (signal, body) => {
        try {
          protobufOfJson(signal, Buffer.from(body));
        } catch (error) {
          expect(error).toMatchObject({ category: 'invalid' });
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
