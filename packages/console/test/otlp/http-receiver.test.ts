import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleErrors } from '../../src/console-errors.ts';
import { type OpenReceiver, openHttpReceiver } from '../../src/otlp/receive/open-http.ts';
import { receiverCore } from '../../src/otlp/receive/receiver-options.ts';
import { CollectingSink } from './collecting-sink.ts';
import { decodeWithOracle, encodeWithOracle } from './otlp-oracle.ts';
import { logRequest, metricRequest, spanRequest, start } from './sample-requests.ts';

const protobufType = 'application/x-protobuf';
const jsonType = 'application/json';
const bodyBytesMax = 100_000;

let sink: CollectingSink;
let receiver: OpenReceiver;

beforeEach(async () => {
  sink = new CollectingSink();
  receiver = await openHttpReceiver(receiverCore({ sink, bodyBytesMax, pendingBytesMax: 300_000 }), {
    port: 0,
  });
});
afterEach(() => receiver.close());

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | string;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

function send({ path = '/v1/traces', method = 'POST', headers = {}, body = '' }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: receiver.port, path, method, headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const spans = encodeWithOracle('ExportTraceServiceRequest', spanRequest());

describe('OTLP over HTTP', () => {
  it.each([
    ['/v1/traces', 'spans', spans],
    ['/v1/logs', 'logs', encodeWithOracle('ExportLogsServiceRequest', logRequest())],
    [
      '/v1/metrics',
      'metrics',
      encodeWithOracle(
        'ExportMetricsServiceRequest',
        metricRequest({ gauge: { dataPoints: [{ asInt: 1 }] } }),
      ),
    ],
  ] as const)('takes protobuf at %s', async (path, signal, body) => {
    const answer = await send({ path, headers: { 'content-type': protobufType }, body });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(protobufType);
    expect(answer.body).toHaveLength(0);
    expect(sink[signal].map(({ length }) => length)).toEqual([1]);
  });

  it('takes JSON, and what is packed with gzip', async () => {
    const text = JSON.stringify(
      spanRequest({ traceId: '0123456789ABCDEF0123456789abcdef', spanId: '00f067aa0ba902b7' }),
    );
    const headers = { 'content-type': `${jsonType}; charset=utf-8`, 'content-encoding': 'gzip' };
    const answer = await send({ headers, body: gzipSync(text) });
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toBe('{}');
    const batch = sink.spans[0]!;
    expect(Buffer.from(batch.traceIds).toString('hex')).toBe('0123456789abcdef0123456789abcdef');
    expect(batch.starts[0]).toBe(BigInt(start));
  });

  it('takes an empty request, and hands nothing on', async () => {
    expect((await send({ headers: { 'content-type': protobufType } })).status).toBe(200);
    expect(sink.spans).toEqual([]);
  });

  it.each([protobufType, jsonType])('says in %s how many spans it left out, and why', async (type) => {
    const bad = spanRequest({ traceId: '' });
    const body =
      type === jsonType
        ? JSON.stringify(spanRequest({ traceId: '', spanId: '' }))
        : encodeWithOracle('ExportTraceServiceRequest', bad);
    const answer = await send({ headers: { 'content-type': type }, body });
    expect(answer.status).toBe(200);
    const told =
      type === jsonType
        ? JSON.parse(answer.body.toString())
        : decodeWithOracle('ExportTraceServiceResponse', answer.body);
    expect(told).toMatchObject({
      partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringMatching(/trace_id/) },
    });
    expect(sink.refusals.spans).toBe(1);
  });

  const bomb = gzipSync(Buffer.alloc(50_000_000));
  it.each<[string, number, Sent]>([
    ['another path', 404, { path: '/v1/trace' }],
    ['another method', 405, { method: 'GET' }],
    ['a type that a form can have', 415, { headers: { 'content-type': 'text/plain' } }],
    ['no type', 415, {}],
    ['another packing', 415, { headers: { 'content-type': protobufType, 'content-encoding': 'br' } }],
    ['a truncated body', 400, { headers: { 'content-type': protobufType }, body: spans.subarray(0, 40) }],
    ['JSON that is none', 400, { headers: { 'content-type': jsonType }, body: '{"resourceSpans":' }],
    ['JSON of another form', 400, { headers: { 'content-type': jsonType }, body: '{"resourceSpans":[5]}' }],
    ['JSON that nests deep', 413, { headers: { 'content-type': jsonType }, body: '['.repeat(50_000) }],
    [
      'JSON of a thousand names',
      413,
      {
        headers: { 'content-type': jsonType },
        body: `{${Array.from({ length: 1_001 }, (_, index) => `"${index}":0`).join()}}`,
      },
    ],
    [
      'gzip that is none',
      400,
      { headers: { 'content-type': protobufType, 'content-encoding': 'gzip' }, body: spans },
    ],
    [
      'gzip cut short',
      400,
      {
        headers: { 'content-type': protobufType, 'content-encoding': 'gzip' },
        body: gzipSync(spans).subarray(0, 30),
      },
    ],
    [
      'a body too large',
      413,
      { headers: { 'content-type': protobufType }, body: Buffer.alloc(bodyBytesMax + 1) },
    ],
    ['a bomb', 413, { headers: { 'content-type': protobufType, 'content-encoding': 'gzip' }, body: bomb }],
    ['another host', 421, { headers: { host: 'example.com', 'content-type': protobufType }, body: spans }],
  ])('refuses %s with %d', async (_, status, sent) => {
    const answer = await send(sent);
    expect(answer.status).toBe(status);
    expect(sink.spans).toEqual([]);
    // It goes on serving.
    expect((await send({ headers: { 'content-type': protobufType }, body: spans })).status).toBe(200);
  });

  it('names the field that is wrong in JSON, and not what it holds', async () => {
    const body = JSON.stringify(spanRequest({ traceId: 'secret', spanId: '' }));
    const answer = await send({ headers: { 'content-type': jsonType }, body });
    expect(JSON.parse(answer.body.toString())).toEqual({
      code: 3,
      message:
        'resourceSpans[0].scopeSpans[0].spans[0].traceId is a text of 6 characters, but must be hexadecimal digits',
    });
  });

  it('tells a sender to come again when the sink has no room', async () => {
    sink.failure = consoleErrors.create('INGEST_OVERLOADED', { message: 'full', retryAfter: 2_500 });
    const answer = await send({ headers: { 'content-type': protobufType }, body: spans });
    expect(answer.status).toBe(503);
    expect(answer.body.toString()).toContain('full');
    expect(answer.headers['retry-after']).toBe('3');
    expect(sink.refusals.spans).toBe(1);
  });

  it('holds no more of all requests together than it may, and forgets those that broke off', async () => {
    const hold = () =>
      new Promise<() => void>((resolve, reject) => {
        const headers = { 'content-type': protobufType, 'content-length': `${bodyBytesMax}` };
        const request = httpRequest({
          host: '127.0.0.1',
          port: receiver.port,
          path: '/v1/traces',
          method: 'POST',
          headers,
        });
        request.on('error', () => {});
        request.write(Buffer.alloc(bodyBytesMax - 1), (error) =>
          error ? reject(error) : resolve(() => request.destroy()),
        );
      });
    const held = [await hold(), await hold(), await hold()];
    const headers = { 'content-type': protobufType };
    await expect.poll(async () => (await send({ headers, body: spans })).status).toBe(503);
    for (const breakOff of held) breakOff();
    await expect.poll(async () => (await send({ headers, body: spans })).status).toBe(200);
  });
});
