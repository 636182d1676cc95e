import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { otlpOptionsFromEnvironment } from '../../src/otlp/export/options-from-environment.ts';
import { OtlpExporter } from '../../src/otlp/export/otlp-exporter.ts';
import type { OtlpExporterOptions } from '../../src/otlp/export/otlp-exporter-options.ts';
import { otlpSchema } from '../../src/testkit/index.ts';
import { logRecord, metricBatch, resource, scope, spanRecord } from './sample-records.ts';

const root = protobuf.Root.fromJSON(otlpSchema as unknown as protobuf.INamespace);

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A receiver that answers as it is told, and then with 200. */
class Receiver {
  readonly requests: Received[] = [];
  readonly answers: ((response: ServerResponse) => void)[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const sent = Buffer.concat(chunks);
        const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
        this.requests.push({ path: request.url!, headers: request.headers, body });
        (this.answers.shift() ?? ((answer) => answer.end()))(response);
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  open(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** Names of all spans that came, in order. */
  get spanNames(): string[] {
    return this.requests
      .filter(({ path }) => path.includes('traces'))
      .flatMap(({ body }) =>
        [...JSON.stringify(spansIn(body)).matchAll(/"name":"(s\d+)"/g)].map(([, name]) => name!),
      );
  }
}

function spansIn(body: Buffer): object {
  const type = root.lookupType('ExportTraceServiceRequest');
  return type.toObject(type.decode(body), { bytes: String, longs: String });
}

const never = new AbortController().signal;
let receiver: Receiver;
let exporter: OtlpExporter;

beforeEach(async () => {
  receiver = new Receiver();
  await receiver.open();
});
afterEach(async () => {
  await exporter.shutdown(AbortSignal.abort());
  await receiver.close();
});

function start(options: OtlpExporterOptions = {}): OtlpExporter {
  exporter = new OtlpExporter(resource, { endpoint: receiver.url, ...options });
  return exporter;
}

function addSpans(count: number): void {
  for (let index = 0; index < count; index++) exporter.addSpan(spanRecord({ name: `s${index}` }));
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(code, headers).end();
  };

describe('OtlpExporter', () => {
  it('sends what it holds when it is flushed, packed and with its headers', async () => {
    start({ headers: { authorization: 'Bearer x' } });
    addSpans(2);
    exporter.addLog(logRecord());
    const metrics = metricBatch([
      { scope, name: 'm', description: '', unit: '', kind: 'gauge', points: [{ attributes: {}, value: 1 }] },
    ]);
    await Promise.all([exporter.flush(never), exporter.sendMetrics(metrics, never)]);
    expect(receiver.requests.map(({ path }) => path).sort()).toEqual([
      '/v1/logs',
      '/v1/metrics',
      '/v1/traces',
    ]);
    expect(receiver.requests[0]?.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
      authorization: 'Bearer x',
    });
    expect(receiver.spanNames).toEqual(['s0', 's1']);
    expect(exporter.figures.spans).toMatchObject({ exported: 2, queuedItems: 0, queuedBytes: 0 });
    expect(exporter.figures.metrics.exported).toBe(1);
  });

  it('sends in JSON, unpacked, to a URL of its own, when told so', async () => {
    start({ encoding: 'json', compression: 'none', endpoints: { spans: `${receiver.url}/my/traces` } });
    addSpans(1);
    await exporter.flush(never);
    const [{ body, headers, path }] = receiver.requests as [Received];
    expect([path, headers['content-type'], headers['content-encoding']]).toEqual([
      '/my/traces',
      'application/json',
      undefined,
    ]);
    expect(JSON.parse(body.toString()).resourceSpans[0].scopeSpans[0].spans[0].name).toBe('s0');
  });

  it('sends by itself after its interval, and at once when there is enough for a request', async () => {
    start({ interval: 1, batchItems: 10 });
    addSpans(1);
    await expect.poll(() => receiver.spanNames.length).toBe(1);
    start({ interval: '1h', batchItems: 10 });
    addSpans(25);
    await expect.poll(() => receiver.spanNames.length).toBe(21);
    expect(receiver.requests).toHaveLength(3);
    await exporter.flush(never);
    expect(receiver.spanNames).toHaveLength(26);
  });

  it('loses nothing that one turn makes, however much', async () => {
    start({ batchItems: 100, interval: '1h' });
    addSpans(5_000);
    await exporter.flush(never);
    expect(receiver.spanNames).toEqual(Array.from({ length: 5_000 }, (_, index) => `s${index}`));
  });

  it('sends again what the receiver may take later, and waits as long as it says', async () => {
    start({ retryTime: '1m' });
    receiver.answers.push(status(503, { 'retry-after': '0' }), status(429), (response) => response.destroy());
    addSpans(3);
    // Each flush ends the pause at hand.
    await expect
      .poll(async () => {
        await exporter.flush(AbortSignal.timeout(20));
        return exporter.figures.spans.exported;
      })
      .toBe(3);
    expect(receiver.requests).toHaveLength(4);
    expect(exporter.figures.spans.dropped).toEqual({
      'queue-full': 0,
      refused: 0,
      unreachable: 0,
      'shut-down': 0,
    });
  });

  it.each([400, 401, 404, 413, 500])(
    'does not send again what is answered %d, and counts it',
    async (code) => {
      start();
      receiver.answers.push(status(code));
      addSpans(3);
      await exporter.flush(never);
      expect(receiver.requests).toHaveLength(1);
      expect(exporter.figures.spans).toMatchObject({ exported: 0, dropped: { refused: 3 } });
    },
  );

  it.each(['protobuf', 'json'] as const)(
    'counts what the receiver says in %s that it left out',
    async (encoding) => {
      start({ encoding });
      const answer =
        encoding === 'json'
          ? Buffer.from('{"partialSuccess":{"rejectedSpans":"2","errorMessage":"no"}}')
          : Buffer.from(
              root
                .lookupType('ExportTraceServiceResponse')
                .encode({ partialSuccess: { rejectedSpans: 2 } })
                .finish(),
            );
      receiver.answers.push((response) => response.end(answer));
      addSpans(3);
      await exporter.flush(never);
      expect(exporter.figures.spans).toMatchObject({ exported: 1, dropped: { refused: 2 } });
    },
  );

  it('drops what it cannot deliver in time, and goes on', async () => {
    start({ retryTime: 1 });
    receiver.answers.push(status(503));
    addSpans(3);
    await exporter.flush(never);
    expect(exporter.figures.spans.dropped.unreachable).toBe(3);
    addSpans(1);
    await exporter.flush(never);
    expect(exporter.figures.spans.exported).toBe(1);
  });

  it('holds no more than it may, and drops the oldest', async () => {
    start({ batchItems: 10, queueItems: 30, interval: '1h' });
    let release = (): void => {};
    receiver.answers.push((response) => {
      release = () => response.end();
    });
    addSpans(10);
    await expect.poll(() => receiver.requests.length).toBe(1);
    addSpans(50);
    await exporter.flush(AbortSignal.timeout(20));
    expect(exporter.figures.spans).toMatchObject({ queuedItems: 30, dropped: { 'queue-full': 20 } });
    release();
    await exporter.flush(never);
    expect(exporter.figures.spans.exported).toBe(40);
    expect(receiver.spanNames.slice(10)).toEqual(Array.from({ length: 30 }, (_, index) => `s${index + 20}`));
  });

  it('holds no more bytes than it may', async () => {
    start({ batchItems: 10, queueBytes: 2_000, interval: '1h' });
    receiver.answers.push(() => {}); // Never answered.
    addSpans(10);
    await expect.poll(() => receiver.requests.length).toBe(1);
    addSpans(100);
    await exporter.flush(AbortSignal.timeout(20));
    const { dropped, queuedBytes, queuedItems } = exporter.figures.spans;
    expect(queuedBytes).toBeLessThanOrEqual(2_000);
    expect(queuedItems + dropped['queue-full']).toBe(100);
  });

  it('counts what cannot be encoded, and goes on', async () => {
    start();
    const traceState = {
      serialize(): string {
        throw new Error('no');
      },
    } as never;
    exporter.addSpan(spanRecord({ context: { ...spanRecord().context, traceState } }));
    await exporter.flush(never);
    addSpans(1);
    await exporter.flush(never);
    expect(exporter.figures.spans).toMatchObject({ exported: 1, dropped: { refused: 1 } });
  });

  it('shuts down without a receiver, counts what it lost, and takes no more', async () => {
    start();
    await receiver.close();
    addSpans(3);
    await exporter.shutdown(AbortSignal.timeout(50));
    addSpans(1);
    await exporter.flush(never);
    expect(exporter.figures.spans.dropped['shut-down']).toBe(4);
    await receiver.open();
  });

  it('gives metrics up when it is told to', async () => {
    start();
    receiver.answers.push(() => {}); // Never answered.
    expect(await exporter.sendMetrics(metricBatch([]), AbortSignal.timeout(20))).toBe(false);
  });

  it.each([
    [{ endpoint: 'nowhere' }, /endpoint is "nowhere"/],
    [{ endpoint: 'ftp://x' }, /http or https/],
    [{ endpoints: { logs: '' } }, /endpoints\.logs/],
    [{ batchItems: 0 }, /batchItems is 0/],
    [{ queueBytes: 1.5 }, /queueBytes/],
    [{ timeout: 0 }, /timeout/],
  ])('refuses %o', (options, message) => {
    start();
    expect(() => new OtlpExporter(resource, options)).toThrow(message);
  });
});

describe('options of the environment', () => {
  it('are those that OpenTelemetry specifies', () => {
    start();
    expect(
      otlpOptionsFromEnvironment({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces/v1/traces',
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b, x=y=z',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
        OTEL_EXPORTER_OTLP_TIMEOUT: '5000',
        OTEL_BSP_SCHEDULE_DELAY: '200',
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '64',
      }),
    ).toEqual({
      endpoint: 'http://collector:4318',
      endpoints: { spans: 'http://traces/v1/traces' },
      headers: { 'api-key': 'a b', x: 'y=z' },
      encoding: 'json',
      compression: 'none',
      timeout: 5_000,
      interval: 200,
      batchItems: 64,
    });
  });

  it('are passed over where they cannot be used', () => {
    start();
    expect(
      otlpOptionsFromEnvironment({
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'brotli',
        OTEL_EXPORTER_OTLP_TIMEOUT: 'soon',
        OTEL_EXPORTER_OTLP_HEADERS: 'nothing',
      }),
    ).toEqual({ endpoints: {}, headers: {} });
  });
});
