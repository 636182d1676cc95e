import { platformWorld } from '@holdfast/core';
import { type DiagLogger, DiagLogLevel, diag, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tracing } from '../../test/tracing.ts';
import { writeExposition } from '../exposition/write-exposition.ts';
import { metricBatches } from '../metrics/metric-batches.ts';
import { MetricRegistry } from '../metrics/metric-registry.ts';
import type { Meter } from './meter.ts';
import { MeterProvider } from './meter-provider.ts';
import type { View } from './view.ts';

let registry: MetricRegistry;
let warnings: string[];

beforeEach(() => {
  registry = new MetricRegistry();
  warnings = [];
  const silent = () => {};
  const warn = (message: string) => void warnings.push(message);
  const logger: DiagLogger = { error: silent, info: silent, debug: silent, verbose: silent, warn };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
});

afterEach(() => diag.disable());

function meterWith(views: readonly View[], name = 'm', version?: string): Meter {
  return new MeterProvider({ registry, views }).getMeter(name, version);
}

/** Samples without the library, and buckets that say as much as the one before. */
function samples(): string[] {
  return writeExposition(registry)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/otel_scope_name="m",?/, '').replace('{}', ''));
}

describe('a view', () => {
  test('renames and describes', () => {
    const view = { select: { name: 'a' }, name: 'b', description: 'What it is.' };
    meterWith([view]).createCounter('a', { description: 'Nothing much.' }).add(1);
    expect(writeExposition(registry)).toContain('# HELP b_total What it is.\n');
    expect(samples()).toEqual(['b_total 1']);
  });

  test('keeps attributes, or all but some: series that are the same then are one', () => {
    const views: View[] = [
      { select: { name: 'kept' }, attributes: { keep: ['route'] } },
      { select: { name: 'dropped' }, attributes: { drop: ['user'] } },
      { select: { name: 'none' }, attributes: { keep: [] } },
    ];
    const meter = meterWith(views);
    for (const name of ['kept', 'dropped', 'none']) {
      const counter = meter.createCounter(name);
      for (const user of ['1', '2', '1']) counter.add(1, { route: '/a', user, status: 200 });
      counter.add(1, { route: '/b' });
    }
    expect(samples()).toEqual([
      'dropped_total{route="/a",status="200"} 3',
      'dropped_total{route="/b"} 1',
      'kept_total{route="/a"} 3',
      'kept_total{route="/b"} 1',
      'none_total 4',
    ]);
  });

  test('drops, unless another view shows', () => {
    const meter = meterWith([
      { select: { name: '*' }, aggregation: { kind: 'drop' } },
      { select: { name: 'shown' } },
    ]);
    for (const name of ['shown', 'hidden']) meter.createCounter(name).add(1);
    meter.createObservableGauge('hidden.too').addCallback((result) => result.observe(1));
    expect(samples()).toEqual(['shown_total 1']);
    expect(warnings).toEqual([]);
  });

  test('shows measurements as another sum, value or histogram', () => {
    const meter = meterWith([
      { select: { name: 'took' }, aggregation: { kind: 'sum' }, name: 'took.sum' },
      { select: { name: 'took' }, aggregation: { kind: 'last_value' }, name: 'took.last' },
      {
        select: { name: 'took' },
        aggregation: { kind: 'explicit_bucket_histogram', bounds: [2] },
        name: 'took.buckets',
      },
      { select: { name: 'calls' }, aggregation: { kind: 'last_value' } },
      { select: { kind: 'gauge' }, aggregation: { kind: 'sum' } },
    ]);
    const took = meter.createHistogram('took');
    for (const value of [1, 4]) took.record(value);
    const calls = meter.createCounter('calls');
    calls.add(3);
    calls.add(2);
    const level = meter.createGauge('level');
    level.record(3);
    level.record(-1);
    expect(samples()).toEqual([
      'calls 2',
      'level 2',
      'took_buckets_bucket{le="2"} 1',
      'took_buckets_bucket{le="+Inf"} 2',
      'took_buckets_sum 5',
      'took_buckets_count 2',
      'took_last 4',
      'took_sum_total 5',
    ]);
  });

  test('has its own limit of series', () => {
    const counter = meterWith([{ select: { name: 'c' }, seriesMax: 1 }]).createCounter('c');
    for (const user of ['1', '2', '3']) counter.add(1, { user });
    expect(samples()).toEqual([
      'c_total{user="1"} 1',
      'c_total{otel_metric_overflow="true"} 2',
      'holdfast_metrics_overflowed_total{metric="c"} 2',
    ]);
  });

  test('of an exponential histogram goes out as one, and to Prometheus in buckets', () => {
    const meter = meterWith([
      { select: { name: 'took' }, aggregation: { kind: 'base2_exponential_bucket_histogram', maxSize: 4 } },
    ]);
    const took = meter.createHistogram('took', { advice: { explicitBucketBoundaries: [3] } });
    for (const value of [0, 1, 2, 4, 8]) took.record(value);
    const [batch] = [...metricBatches(registry, platformWorld().clock)];
    expect(batch!.metrics).toMatchObject([
      {
        kind: 'exponential',
        points: [
          {
            scale: 0,
            zeroCount: 1,
            positive: { offset: -1, counts: Float64Array.of(1, 1, 1, 1) },
            sum: 15,
            min: 0,
            max: 8,
          },
        ],
      },
    ]);
    expect(samples()).toEqual([
      'took_bucket{le="3"} 3',
      'took_bucket{le="+Inf"} 5',
      'took_sum 15',
      'took_count 5',
    ]);
  });

  test('adds up what callbacks tell of attributes that it leaves out, and takes the last of values', () => {
    const meter = meterWith([{ select: { name: '*' }, attributes: { keep: ['disk'] } }]);
    const used = meter.createObservableUpDownCounter('used');
    const heat = meter.createObservableGauge('heat');
    for (const folder of ['a', 'b']) {
      for (const instrument of [used, heat]) {
        instrument.addCallback((result) => {
          result.observe(2, { disk: '1', folder, part: 'x' });
          result.observe(3, { disk: '1', folder, part: 'y' });
        });
      }
    }
    for (let reading = 0; reading < 2; reading += 1) {
      expect(samples()).toEqual(['heat{disk="1"} 3', 'used{disk="1"} 10']);
    }
  });

  test('that wants a histogram of what callbacks tell is passed over, and that is told', () => {
    const meter = meterWith([
      { select: { name: 'g' }, aggregation: { kind: 'explicit_bucket_histogram' }, name: 'other' },
    ]);
    meter.createObservableGauge('g').addCallback((result) => result.observe(7));
    expect(samples()).toEqual(['g 7']);
    expect(warnings).toEqual([expect.stringContaining('histogram of g')]);
  });

  test('whose metric another one has already measures nothing, and that is told', () => {
    const meter = meterWith([
      { select: { name: 'a' }, name: 'same' },
      { select: { name: 'b' }, name: 'same' },
    ]);
    meter.createCounter('a').add(1);
    meter.createGauge('b').record(5);
    expect(samples()).toEqual(['same_total 1']);
    expect(warnings).toHaveLength(1);
  });

  test('leaves the attributes that a series does not have to its exemplars', () => {
    const { contexts, provider, tracer } = tracing();
    registry.exemplars.begin({ spans: provider.sampledSpans });
    const meter = meterWith([{ select: { name: '*' }, attributes: { keep: ['route'] } }]);
    const took = meter.createHistogram('took');
    const calls = meter.createCounter('calls');
    const span = tracer.startSpan('work');
    const context = trace.setSpan(ROOT_CONTEXT, span);
    contexts.with(context, () => took.record(1, { route: '/a', user: 'u1' }));
    calls.add(1, { route: '/a', user: 'u2' }, context);
    span.end();
    calls.add(1, { route: '/a', user: 'u3' });
    const exemplars = registry
      .families()
      .flatMap((family) => [...family.series()])
      .flatMap(({ reading }) => reading.exemplars?.after(0) ?? []);
    expect(exemplars.map(({ attributes }) => attributes)).toEqual([{ user: 'u2' }, { user: 'u1' }]);
  });
});

test.each<[string, View['select'], string[]]>([
  ['its name', { name: 'http.server.duration' }, ['server']],
  ['its name in other letters', { name: 'HTTP.Server.Duration' }, ['server']],
  ['any characters', { name: 'http.*' }, ['server', 'client', 'active']],
  ['one character', { name: 'http.??????.duration' }, ['server', 'client']],
  ['no pattern of its own', { name: 'http.server.duratio.' }, []],
  ['its kind', { kind: 'up_down_counter' }, ['active']],
  ['its unit', { unit: 's' }, ['server']],
  ['its meter', { meter: 'ht?p' }, ['server', 'client', 'active']],
  ['another meter', { meter: 'https' }, []],
  ['the version of its meter', { meterVersion: '1.0.0' }, ['server', 'client', 'active']],
  ['its schema', { meterSchemaUrl: 'https://example.com/1' }, []],
  ['all at once', { name: 'http*', kind: 'histogram', unit: 'ms' }, ['client']],
])('an instrument is chosen by %s', (_, select, chosen) => {
  const meter = meterWith([{ select, attributes: { keep: [] } }], 'http', '1.0.0');
  meter.createHistogram('http.server.duration', { unit: 's' }).record(1, { of: 'server' });
  meter.createHistogram('http.client.duration', { unit: 'ms' }).record(1, { of: 'client' });
  meter.createUpDownCounter('http.active').add(1, { of: 'active' });
  const all = ['server', 'client', 'active'];
  const written = writeExposition(registry);
  expect(all.filter((of) => !written.includes(`of="${of}"`))).toEqual(chosen);
});

test.each<[unknown, string]>([
  [{}, 'views[0].select'],
  [{ select: {} }, 'views[0].select'],
  [{ select: { name: 7 } }, 'views[0].select.name'],
  [{ select: { title: 'x' } }, 'views[0].select.title'],
  [{ select: { kind: 'counters' } }, 'views[0].select.kind'],
  [{ select: { name: 'a*' }, name: 'b' }, 'views[0].name'],
  [{ select: { kind: 'counter' }, name: 'b' }, 'views[0].name'],
  [{ select: { name: 'a' }, name: '' }, 'views[0].name'],
  [{ select: { name: 'a' }, description: 1 }, 'views[0].description'],
  [{ select: { name: 'a' }, attributes: ['b'] }, 'views[0].attributes'],
  [{ select: { name: 'a' }, attributes: { keep: ['b'], drop: ['c'] } }, 'views[0].attributes'],
  [{ select: { name: 'a' }, attributes: { keep: 'b' } }, 'views[0].attributes'],
  [{ select: { name: 'a' }, aggregation: { kind: 'mean' } }, 'views[0].aggregation.kind'],
  [{ select: { name: 'a' }, aggregation: { kind: 'sum', bounds: [1] } }, 'views[0].aggregation.bounds'],
  [
    { select: { name: 'a' }, aggregation: { kind: 'explicit_bucket_histogram', bounds: [2, 1] } },
    'views[0].aggregation.bounds[1]',
  ],
  [
    { select: { name: 'a' }, aggregation: { kind: 'base2_exponential_bucket_histogram', maxSize: 1 } },
    'views[0].aggregation.maxSize',
  ],
  [{ select: { name: 'a' }, seriesMax: 0 }, 'views[0].seriesMax'],
  [{ select: { name: 'a' }, aggregationCardinalityLimit: 5 }, 'views[0].aggregationCardinalityLimit'],
])('%j is refused at the door', (view, field) => {
  expect(() => new MeterProvider({ registry, views: [view as View] })).toThrow(`${field} is`);
});
