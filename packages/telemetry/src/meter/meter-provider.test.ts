import { type Attributes, type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openMetricsFormat } from '../exposition/exposition-format.ts';
import { writeExposition } from '../exposition/write-exposition.ts';
import { MetricRegistry } from '../metrics/metric-registry.ts';
import { MeterProvider } from './meter-provider.ts';

let registry: MetricRegistry;
let provider: MeterProvider;
let warnings: string[];

beforeEach(() => {
  registry = new MetricRegistry();
  provider = new MeterProvider({ registry });
  warnings = [];
  const silent = () => {};
  const logger: DiagLogger = { error: silent, info: silent, debug: silent, verbose: silent, warn: note };
  function note(message: string): void {
    warnings.push(message);
  }
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
});

afterEach(() => diag.disable());

function samples(): string[] {
  return writeExposition(registry)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

describe('MeterProvider', () => {
  test('names follow the rules of OpenTelemetry for Prometheus', () => {
    const meter = provider.getMeter('shop', '1.2.0');
    meter.createCounter('orders', { unit: '{order}', description: 'Taken.' }).add(3, { kind: 'new' });
    meter.createUpDownCounter('queue.length').add(-2);
    meter.createGauge('cpu.utilization', { unit: '1' }).record(0.5);
    meter
      .createHistogram('http.server.request.duration', {
        unit: 's',
        advice: { explicitBucketBoundaries: [1] },
      })
      .record(0.25, { 'http.response.status_code': 200, 'url.scheme': 'https' });
    const scope = 'otel_scope_name="shop",otel_scope_version="1.2.0"';
    const labels = `${scope},http_response_status_code="200",url_scheme="https"`;
    expect(writeExposition(registry, openMetricsFormat)).toBe(
      [
        '# HELP cpu_utilization_ratio ',
        '# TYPE cpu_utilization_ratio gauge',
        '# UNIT cpu_utilization_ratio ratio',
        `cpu_utilization_ratio{${scope}} 0.5`,
        '# HELP http_server_request_duration_seconds ',
        '# TYPE http_server_request_duration_seconds histogram',
        '# UNIT http_server_request_duration_seconds seconds',
        `http_server_request_duration_seconds_bucket{${labels},le="1.0"} 1`,
        `http_server_request_duration_seconds_bucket{${labels},le="+Inf"} 1`,
        `http_server_request_duration_seconds_sum{${labels}} 0.25`,
        `http_server_request_duration_seconds_count{${labels}} 1`,
        '# HELP orders Taken.',
        '# TYPE orders counter',
        `orders_total{${scope},kind="new"} 3`,
        '# HELP queue_length ',
        '# TYPE queue_length gauge',
        `queue_length{${scope}} -2`,
        '# EOF',
        '',
      ].join('\n'),
    );
  });

  test('sums what has the same attributes, in any order and of any type, as a map of them would', () => {
    const attributes = fc.dictionary(
      fc.constantFrom('a', 'b', 'c.d', '10', '9'),
      fc.constantFrom<Attributes[string]>('x', '', 'true', true, 1, '1', ['p', 'q'], [], undefined),
      { maxKeys: 3 },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(attributes, fc.nat(9)), { minLength: 1 }), (calls) => {
        registry = new MetricRegistry();
        const counter = new MeterProvider({ registry }).getMeter('m').createCounter('c');
        const expected = new Map<string, number>();
        // What was seen before is found in another way.
        for (const [given, amount] of [...calls, ...calls, ...calls]) {
          counter.add(amount, given);
          const key = Object.entries(given)
            .filter(([, value]) => value !== undefined && value !== '')
            .map(([name, value]) => `${name}=${Array.isArray(value) ? JSON.stringify(value) : value}`)
            .sort()
            .join();
          expected.set(key, (expected.get(key) ?? 0) + amount);
        }
        const found = [...registry.families()[0]!.series()].map(({ labels, reading }) => [
          labels.names
            .map((name, index) => `${name}=${labels.values[index]}`)
            .sort()
            .join(),
          (reading as { readonly value: number }).value,
        ]);
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 500 },
    );
  });

  test('two libraries may measure the same metric, each for itself', () => {
    for (const library of ['http', 'undici']) {
      const meter = provider.getMeter(library);
      meter.createCounter('calls').add(1);
      meter.createCounter('calls').add(2);
    }
    expect(provider.getMeter('http')).toBe(provider.getMeter('http'));
    expect(samples()).toEqual([
      'calls_total{otel_scope_name="http"} 3',
      'calls_total{otel_scope_name="undici"} 3',
    ]);
  });

  test('what cannot be measured measures nothing, and is told', () => {
    const meter = provider.getMeter('m');
    meter.createCounter('calls').add(1);
    meter.createHistogram('calls').record(1);
    meter.createGauge('').record(1);
    meter.createHistogram('h', { advice: { explicitBucketBoundaries: [2, 1] } }).record(1);
    const counter = meter.createCounter('other');
    counter.add(-1);
    meter.createHistogram('took').record(Number.NaN);
    expect(samples()).toEqual(['calls_total{otel_scope_name="m"} 1']);
    expect(warnings).toHaveLength(5);
    expect(warnings[0]).toContain('metric calls is a counter in no unit already');
  });

  test('labels that a scraper would take for its own, or for one another, get a name of their own', () => {
    provider
      .getMeter('m')
      .createHistogram('h', { advice: { explicitBucketBoundaries: [1] } })
      .record(1, { le: 'a', 'x-y': 'b', 'x.y': 'c', x_y: 'e', otel_scope_name: 'd' });
    expect(samples()[0]).toBe(
      'h_bucket{otel_scope_name="m",le_="a",otel_scope_name_="d",x_y="b",x_y_="c",x_y__="e",le="1"} 1',
    );
  });

  test('sets of attributes beyond the limit share one series, and are counted', () => {
    const counter = new MeterProvider({ registry, seriesMax: 2 }).getMeter('m').createCounter('c');
    for (const user of [1, 2, 3, 4, 1]) counter.add(1, { user });
    expect(samples()).toEqual([
      'c_total{otel_scope_name="m",user="1"} 2',
      'c_total{otel_scope_name="m",user="2"} 1',
      'c_total{otel_metric_overflow="true"} 2',
      'holdfast_metrics_overflowed_total{metric="c"} 2',
    ]);
  });

  test('callbacks are asked at every reading, once for all that they observe', () => {
    const meter = provider.getMeter('m');
    let calls = 0;
    const rooms = meter.createObservableGauge('rooms');
    const guests = meter.createObservableUpDownCounter('guests');
    const both = (result: Parameters<Parameters<typeof meter.addBatchObservableCallback>[0]>[0]) => {
      calls += 1;
      result.observe(rooms, calls);
      result.observe(guests, 2 * calls, { floor: 1 });
    };
    meter.addBatchObservableCallback(both, [rooms, guests]);
    meter.addBatchObservableCallback(both, [guests, rooms]);
    expect(samples()).toEqual(['guests{otel_scope_name="m",floor="1"} 2', 'rooms{otel_scope_name="m"} 1']);
    expect(samples()[1]).toBe('rooms{otel_scope_name="m"} 2');
    meter.removeBatchObservableCallback(both, [rooms, guests]);
    expect(samples()).toEqual([]);
    expect(calls).toBe(2);
  });

  test('of one instrument, callbacks come and go, and the last to tell a series counts', () => {
    const observable = provider.getMeter('m').createObservableCounter('seen');
    const first = (result: { observe(value: number): void }) => result.observe(1);
    const second = (result: { observe(value: number): void }) => result.observe(2);
    observable.addCallback(first);
    observable.addCallback(first);
    observable.addCallback(second);
    expect(samples()).toEqual(['seen_total{otel_scope_name="m"} 2']);
    observable.removeCallback(second);
    expect(samples()).toEqual(['seen_total{otel_scope_name="m"} 1']);
  });

  test('an asynchronous callback is not waited for: the next reading shows what it found', async () => {
    const gauge = provider.getMeter('m').createObservableGauge('g');
    let answer: (value: number) => void = () => {};
    let asked = 0;
    gauge.addCallback(async (result) => {
      asked += 1;
      result.observe(await new Promise<number>((resolve) => (answer = resolve)));
    });
    expect([samples(), samples()]).toEqual([[], []]);
    expect(asked).toBe(1);
    answer(7);
    await new Promise(setImmediate);
    expect(samples()).toEqual(['g{otel_scope_name="m"} 7']);
  });

  test('a callback that throws, now or later, costs what it observes only', async () => {
    const meter = provider.getMeter('m');
    meter.createObservableGauge('well').addCallback((result) => result.observe(1));
    meter.createObservableGauge('broken').addCallback((result) => {
      result.observe(1);
      throw new Error('no');
    });
    meter.createObservableGauge('late').addCallback(async () => Promise.reject(new Error('no')));
    expect(samples()).toContain('well{otel_scope_name="m"} 1');
    await new Promise(setImmediate);
    expect(samples().find((line) => line.includes('failures'))).toBe(
      'holdfast_metrics_read_failures_total{metric="callbacks"} 3',
    );
    expect(samples().some((line) => line.startsWith('broken') || line.startsWith('late'))).toBe(false);
  });
});
