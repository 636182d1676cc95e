import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { enterOperation, operationsObserved } from '@holdfast/core';
import {
  context,
  DiagConsoleLogger,
  DiagLogLevel,
  diag,
  metrics,
  propagation,
  trace,
} from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TelemetryExporter } from '../src/export/telemetry-exporter.ts';
import {
  alwaysOff,
  alwaysOn,
  MetricRegistry,
  startTelemetry,
  type Telemetry,
  type TelemetryOptions,
} from '../src/index.ts';
import type { LogRecord } from '../src/logs/log-record.ts';
import type { MetricBatch } from '../src/metrics/metric-points.ts';
import type { SpanRecord } from '../src/trace/span-record.ts';

class KeptTelemetry implements TelemetryExporter {
  readonly spans: SpanRecord[] = [];
  readonly logs: LogRecord[] = [];
  readonly metrics: MetricBatch[] = [];
  readonly calls: string[] = [];

  addSpan(span: SpanRecord): void {
    this.spans.push(span);
  }

  addLog(log: LogRecord): void {
    this.logs.push(log);
  }

  async sendMetrics(batch: MetricBatch): Promise<boolean> {
    this.metrics.push(batch);
    return true;
  }

  async flush(): Promise<void> {
    this.calls.push('flush');
  }

  async shutdown(): Promise<void> {
    this.calls.push('shutdown');
  }

  get metricNames(): Set<string> {
    return new Set(this.metrics.flatMap((batch) => batch.metrics.map(({ name }) => name)));
  }
}

const exponentially = 'base2_exponential_bucket_histogram';
let exporter: KeptTelemetry;
let started: Telemetry | undefined;

beforeEach(() => {
  exporter = new KeptTelemetry();
});
afterEach(async () => {
  await started?.shutdown();
  started = undefined;
});

async function start(options: TelemetryOptions = {}): Promise<Telemetry> {
  started = await startTelemetry({
    service: 'shop',
    version: '1.2.3',
    environment: {},
    exporter,
    ...options,
  });
  return started;
}

describe('telemetry that was started', () => {
  test("is what OpenTelemetry's API uses, until it is shut down", async () => {
    const telemetry = await start();
    trace.getTracer('library').startActiveSpan('work', (span) => {
      logs.getLogger('library').emit({ body: 'working' });
      telemetry.logger().info('still working', { order: 7 });
      metrics.getMeter('library').createCounter('orders').add(2);
      span.end();
    });
    const headers: Record<string, string> = {};
    trace
      .getTracer('library')
      .startActiveSpan('request', () => propagation.inject(context.active(), headers));
    await telemetry.flush();
    expect(exporter.spans.map(({ name }) => name)).toEqual(['work']);
    // Components of other tests of this process may tell something as well.
    const own = exporter.logs.filter(({ scope }) => scope.name !== '@holdfast');
    expect(own.map(({ body, spanId }) => [body, spanId])).toEqual([
      ['working', exporter.spans[0]!.context.spanId],
      ['still working', exporter.spans[0]!.context.spanId],
    ]);
    expect(exporter.metricNames).toContain('orders');
    expect(headers['traceparent']).toMatch(/^00-.*-01$/);

    await telemetry.shutdown();
    trace.getTracer('library').startSpan('after').end();
    logs.getLogger('library').emit({ body: 'after' });
    expect(exporter.spans).toHaveLength(1);
    expect(exporter.logs.map(({ body }) => body)).not.toContain('after');
    expect(exporter.calls).toEqual(['flush', 'flush', 'shutdown']);
  });

  test("makes Holdfast's operations spans and metrics", async () => {
    const telemetry = await start();
    const scope = enterOperation('transfer', { attempt: 1 })!;
    scope.bind(() => trace.getTracer('inside').startSpan('query').end());
    scope.exit(undefined);
    await telemetry.flush();
    const [query, transfer] = exporter.spans;
    expect(transfer).toMatchObject({ name: 'transfer', attributes: { 'holdfast.attempt': 1 } });
    expect(query!.parentId).toBe(transfer!.context.spanId);
    expect(exporter.metricNames).toContain('holdfast.operation.duration');
    await telemetry.shutdown();
    expect(operationsObserved()).toBe(false);
  });

  test('tells how its operations stand to their objectives, and what the process lives on', async () => {
    const telemetry = await start({
      metrics: { objectives: [{ name: 'transfers', target: 0.9, operations: ['transfer'] }] },
    });
    for (const error of [undefined, new Error('no')]) enterOperation('transfer', {})!.exit(error);
    await telemetry.flush();
    expect(telemetry.serviceLevels.statuses()).toMatchObject([{ name: 'transfers', good: 1, bad: 1 }]);
    expect(telemetry.signals.read()).toMatchObject({ errors: 0.5 });
    expect(exporter.metricNames).toContain('holdfast.slo.budget.remaining');
    expect(exporter.metricNames).toContain('process.memory.utilization');
  });

  test('tells who sends, and where the admin endpoint is', async () => {
    const telemetry = await start({
      admin: true,
      attributes: { 'deployment.environment.name': 'test' },
      environment: {
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,team=a%20b',
        OTEL_SERVICE_NAME: 'another',
      },
    });
    expect(telemetry.resource.attributes).toMatchObject({
      'service.name': 'shop',
      'service.version': '1.2.3',
      'deployment.environment.name': 'test',
      team: 'a b',
      'process.pid': process.pid,
      'holdfast.admin.url': telemetry.adminUrl,
    });
    const index = (await (await fetch(`${telemetry.adminUrl}/holdfast/v1`)).json()) as Record<
      string,
      unknown
    >;
    expect(index).toMatchObject({
      service: 'shop',
      version: '1.2.3',
      instance: telemetry.resource.attributes['service.instance.id'],
    });
    await telemetry.shutdown();
    await expect(fetch(`${telemetry.adminUrl}/holdfast/v1`)).rejects.toThrow();
  });

  test('is there once', async () => {
    await start();
    await expect(startTelemetry({ exporter, environment: {}, admin: true })).rejects.toMatchObject({
      code: 'TELEMETRY_STARTED',
    });
    trace.getTracer('library').startSpan('work').end();
    expect(exporter.spans).toHaveLength(1);
  });

  test('can be started again after it was shut down', async () => {
    await (await start()).shutdown();
    const registry = new MetricRegistry();
    const again = await start({ metrics: { registry } });
    expect(again.metrics).toBe(registry);
    again.tracer().startSpan('work').end();
    expect(exporter.spans.map(({ scope }) => scope)).toMatchObject([{ name: 'shop', version: '1.2.3' }]);
  });

  test('enables instrumentations with its providers, and disables them', async () => {
    const heard: unknown[] = [];
    const telemetry = await start({
      instrumentations: [
        {
          setTracerProvider: (provider) => heard.push(provider),
          setMeterProvider: (provider) => heard.push(provider),
          setLoggerProvider: (provider) => heard.push(provider),
          enable: () => heard.push('enabled'),
          disable: () => heard.push('disabled'),
        },
      ],
    });
    expect(heard).toEqual([telemetry.tracers, telemetry.meters, telemetry.loggers, 'enabled']);
    await telemetry.shutdown();
    expect(heard.at(-1)).toBe('disabled');
  });

  test('does not hang with an exporter that does', async () => {
    const signals: AbortSignal[] = [];
    const never = (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<void>(() => {});
    };
    const hanging = Object.assign(new KeptTelemetry(), { flush: never, shutdown: never });
    const telemetry = await start({ exporter: hanging });
    await telemetry.flush({ timeout: 10 });
    await telemetry.shutdown({ timeout: 10 });
    await telemetry.shutdown();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
    expect(operationsObserved()).toBe(false);
  });

  test('does not fail with an exporter that does', async () => {
    const failing = Object.assign(new KeptTelemetry(), {
      flush: () => Promise.reject(new Error('no')),
      shutdown: () => Promise.reject(new Error('no')),
    });
    const telemetry = await start({ exporter: failing });
    await telemetry.flush();
    await telemetry.shutdown();
  });

  test('records as much as it is told to', async () => {
    await start({
      metrics: false,
      logs: { level: 'warn' },
      environment: { OTEL_TRACES_SAMPLER: 'always_off', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1' },
    });
    started!.tracer().startSpan('off').end();
    started!.logger().info('off');
    await started!.shutdown();
    await start({
      sampler: alwaysOn,
      environment: { OTEL_TRACES_SAMPLER: 'always_off', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1' },
    });
    started!
      .tracer()
      .startSpan('on', { attributes: { a: 1, b: 2 } })
      .end();
    expect(exporter.spans).toMatchObject([{ name: 'on', attributes: { a: 1 }, droppedAttributes: 1 }]);
    expect(exporter.logs.map(({ body }) => body)).not.toContain('off');
    expect(exporter.metrics).toEqual([]);
  });

  /** The points of a metric as they were exported last. */
  const exported = (name: string) =>
    exporter.metrics
      .flatMap((batch) => batch.metrics)
      .filter((metric) => metric.name === name)
      .at(-1)!;

  test('keeps with its metrics in which trace they were measured, unless it is told not to', async () => {
    const measure = () => {
      const histogram = metrics.getMeter('library').createHistogram('took');
      trace.getTracer('library').startActiveSpan('work', (span) => {
        histogram.record(1);
        enterOperation('transfer', {})!.exit(undefined);
        span.end();
      });
    };
    const spansOf = (name: string) =>
      exported(name).points.flatMap(({ exemplars = [] }) => exemplars.map(({ span }) => span?.spanId));
    await start();
    measure();
    await started!.flush();
    const spanId = (name: string) => exporter.spans.find((span) => span.name === name)!.context.spanId;
    expect(spansOf('took')).toEqual([spanId('work')]);
    expect(spansOf('holdfast.operation.duration')).toEqual([spanId('transfer')]);
    await started!.flush();
    expect(spansOf('took')).toEqual([]);
    await started!.shutdown();
    for (const options of [
      { metrics: { exemplars: 'always_off' } },
      { environment: { OTEL_METRICS_EXEMPLAR_FILTER: 'ALWAYS_OFF' } },
    ] as const) {
      await start(options);
      measure();
      await started!.flush();
      expect(spansOf('took')).toEqual([]);
      await started!.shutdown();
    }
  });

  test.each<[string, TelemetryOptions]>([
    ['its options', { metrics: { temporality: 'delta', histogramAggregation: exponentially } }],
    [
      'the environment',
      {
        environment: {
          OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'Delta',
          OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: exponentially.toUpperCase(),
        },
      },
    ],
  ])('sends deltas and exponential histograms where %s say so', async (_, options) => {
    await start(options);
    const counter = metrics.getMeter('library').createCounter('orders');
    metrics.getMeter('library').createHistogram('took').record(3);
    for (const amount of [2, 5]) {
      counter.add(amount);
      await started!.flush();
      expect(exported('orders')).toMatchObject({ temporality: 'delta', points: [{ value: amount }] });
    }
    expect(exported('took')).toMatchObject({ kind: 'exponential', temporality: 'delta' });
  });

  test('shows instruments as views say, and refuses views that make no sense', async () => {
    await start({ metrics: { views: [{ select: { name: 'a' }, name: 'b' }] } });
    metrics.getMeter('library').createCounter('a').add(1);
    await started!.flush();
    expect(exporter.metricNames).toContain('b');
    expect(exporter.metricNames).not.toContain('a');
    await started!.shutdown();
    await expect(start({ metrics: { views: [{ select: {} }] } })).rejects.toThrow('views[0].select');
    await expect(start({ metrics: { temporality: 'rate' as 'delta' } })).rejects.toThrow('temporality');
  });

  test('says on the console what is wrong with it, as far as OTEL_LOG_LEVEL asks for that', async () => {
    const setLogger = vi.spyOn(diag, 'setLogger');
    await (await start()).shutdown();
    expect(setLogger).not.toHaveBeenCalled();
    await start({ environment: { OTEL_LOG_LEVEL: 'none' } });
    expect(setLogger).toHaveBeenCalledWith(
      expect.any(DiagConsoleLogger),
      expect.objectContaining({ logLevel: DiagLogLevel.NONE }),
    );
    setLogger.mockRestore();
  });

  test('makes nothing of a signal whose exporter is switched off', async () => {
    await start({
      environment: {
        OTEL_TRACES_EXPORTER: 'none',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
      },
    });
    expect(started!.tracer().startSpan('off').isRecording()).toBe(false);
    started!.logger().fatal('off');
    await started!.flush();
    expect([exporter.logs, exporter.metrics]).toEqual([[], []]);
  });
});

describe('over OTLP', () => {
  interface Received {
    readonly path: string | undefined;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }
  let received: Received[];
  let receiver: Server;
  let endpoint: string;

  beforeEach(async () => {
    received = [];
    receiver = createServer(async (request, response) => {
      const { headers, url: path } = request;
      received.push({ path, headers, body: gunzipSync(await buffer(request)).toString() });
      response.end('{}');
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    receiver.close();
    receiver.closeAllConnections();
  });

  const overOtlp = (environment: Record<string, string>, options: TelemetryOptions = {}) =>
    startTelemetry({
      service: 'shop',
      environment: { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', ...environment },
      ...options,
    });

  test('all signals arrive before the shutdown ends, where the environment says', async () => {
    started = await overOtlp({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=abc',
    });
    started.tracer().startActiveSpan('place order', (span) => {
      started!.logger().info('order placed');
      span.end();
    });
    await started.shutdown();
    const bodyOf = (path: string) => received.find((request) => request.path === path)?.body;
    expect(bodyOf('/v1/traces')).toContain('place order');
    expect(bodyOf('/v1/logs')).toContain('order placed');
    expect(bodyOf('/v1/metrics')).toContain('holdfast.telemetry.exported');
    for (const { body, headers } of received) {
      expect(body).toContain('"stringValue":"shop"');
      expect(headers['x-key']).toBe('abc');
    }
  });

  test('the endpoint of the option goes before those of the environment', async () => {
    const nowhere = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1/v1/traces' };
    started = await overOtlp(nowhere, { endpoint, metrics: false });
    started.tracer().startSpan('work').end();
    await started.flush();
    expect(received.map(({ path }) => path)).toEqual(['/v1/traces']);
  });

  test('a receiver that is not there holds up neither work nor shutdown', async () => {
    receiver.close();
    started = await overOtlp({}, { endpoint });
    for (let index = 0; index < 1_000; index += 1) started.tracer().startSpan('work').end();
    await started.shutdown({ timeout: '50ms' });
    expect(operationsObserved()).toBe(false);
  });
});

describe('what cannot work', () => {
  test('is refused, and leaves nothing behind', async () => {
    await expect(start({ metrics: { interval: -1 }, admin: true })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(operationsObserved()).toBe(false);
    await start({ sampler: alwaysOff });
  });
});

test('switched off by the environment, it registers and opens nothing', async () => {
  const telemetry = await start({ admin: true, environment: { OTEL_SDK_DISABLED: 'true' } });
  trace.getTracer('library').startSpan('work').end();
  expect(telemetry.adminUrl).toBeUndefined();
  expect(operationsObserved()).toBe(false);
  await telemetry.flush();
  expect(exporter.spans).toEqual([]);
});
