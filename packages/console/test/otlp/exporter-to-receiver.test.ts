import { type LogRecord, OtlpExporter, type SpanRecord } from '@holdfast/telemetry';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { consoleErrors } from '../../src/console-errors.ts';
import { type OpenReceiver, openHttpReceiver } from '../../src/otlp/receive/open-http.ts';
import { receiverCore } from '../../src/otlp/receive/receiver-options.ts';
import { CollectingSink } from './collecting-sink.ts';

const scope = { name: 'http', version: '1.0.0', schemaUrl: undefined };
const traceId = '0123456789abcdef0123456789abcdef';
const span: SpanRecord = {
  scope,
  context: { traceId, spanId: '00f067aa0ba902b7', traceFlags: 1 },
  parentId: '1112131415161718',
  parentIsRemote: true,
  name: 'GET /orders',
  kind: 2,
  start: 1_700_000_000_123_456,
  duration: 1_500.5,
  status: { code: 2, message: 'it broke' },
  attributes: { 'peer.service': 'billing', count: 3 },
  events: [{ name: 'e', time: 1_700_000_000_123_457, attributes: { a: 'b' }, droppedAttributes: 0 }],
  links: [],
  droppedAttributes: 0,
  droppedEvents: 0,
  droppedLinks: 0,
};
const log: LogRecord = {
  scope,
  time: 1_700_000_000_000_000,
  observedTime: 1_700_000_000_000_000,
  severity: 9,
  severityText: 'info',
  body: { hello: ['world'] },
  attributes: { user: 7 },
  droppedAttributes: 0,
  eventName: undefined,
  traceId,
  spanId: '00f067aa0ba902b7',
  traceFlags: 1,
};
const never = new AbortController().signal;

let sink: CollectingSink;
let receiver: OpenReceiver;

beforeEach(async () => {
  sink = new CollectingSink();
  receiver = await openHttpReceiver(receiverCore({ sink }), { port: 0 });
});
afterEach(() => receiver.close());

it.each(['protobuf', 'json'] as const)(
  "what Holdfast's exporter sends in %s is received as it was",
  async (encoding) => {
    const resource = { attributes: { 'service.name': 'shop' } };
    const exporter = new OtlpExporter(resource, { endpoint: `http://127.0.0.1:${receiver.port}`, encoding });
    exporter.addSpan(span);
    exporter.addLog(log);
    const exemplars = [
      { value: 0.5, time: 1.7e15, span: { traceId, spanId: '1112131415161718' }, attributes: { user: 'u1' } },
    ];
    const point = { attributes: { route: '/a' }, bounds: [1, 5], counts: [1, 2, 3], sum: 12.5, exemplars };
    const metrics = [
      {
        scope,
        name: 'took',
        description: '',
        unit: 's',
        kind: 'histogram' as const,
        temporality: 'cumulative' as const,
        points: [point],
      },
    ];
    await exporter.sendMetrics({ startTime: 1e15, time: 1.7e15, metrics }, never);
    await exporter.shutdown(never);

    const [spans] = sink.spans as [(typeof sink.spans)[0]];
    expect(spans.length).toBe(1);
    expect(Buffer.from(spans.traceIds).toString('hex')).toBe(traceId);
    expect(Buffer.from(spans.parentIds).toString('hex')).toBe('1112131415161718');
    expect([spans.starts[0], spans.durations[0]]).toEqual([1_700_000_000_123_456_000n, 1_500_500n]);
    expect([spans.kinds[0], spans.statuses[0]]).toEqual([3, 2]);
    expect(spans.texts[spans.peers[0]!]).toBe('billing');
    expect(spans.attributesJson(0)).toBe('{"peer.service":"billing","count":3}');
    expect(spans.eventsJson(0)).toBe('[{"at":"1700000000123457000","name":"e","attributes":{"a":"b"}}]');
    const [logs] = sink.logs as [(typeof sink.logs)[0]];
    expect(logs.body(0)).toBe('{"hello":["world"]}');
    expect(Buffer.from(logs.traceIds).toString('hex')).toBe(traceId);
    const [points] = sink.metrics as [(typeof sink.metrics)[0]];
    expect(points.distributionJson(0)).toBe('{"bounds":[1,5],"counts":[1,2,3]}');
    expect(points.counts[0]).toBe(6);
    expect([points.exemplars.values[0], points.exemplars.times[0]]).toEqual([
      0.5,
      1_700_000_000_000_000_000n,
    ]);
    expect(Buffer.from(points.exemplars.traceIds).toString('hex')).toBe(traceId);
  },
);

it("what a full console refuses, Holdfast's exporter sends again", async () => {
  const exporter = new OtlpExporter({ attributes: {} }, { endpoint: `http://127.0.0.1:${receiver.port}` });
  sink.failure = consoleErrors.create('INGEST_OVERLOADED', { message: 'full', retryAfter: 60_000 });
  exporter.addSpan(span);
  await exporter.flush(AbortSignal.timeout(50));
  sink.failure = undefined;
  await exporter.flush(never);
  expect(exporter.figures.spans.exported).toBe(1);
  await exporter.shutdown(never);
});
