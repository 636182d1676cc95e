import { describe, expect, test } from 'vitest';
import { writeExposition } from '../exposition/write-exposition.ts';
import { MetricRegistry, metricReadFailed } from './metric-registry.ts';

const help = 'Something.';

describe('MetricRegistry', () => {
  test('the same labels give the same series, in any order', () => {
    const calls = new MetricRegistry().counter('calls', { help, labels: ['method', 'code'] });
    const series = calls.with({ method: 'Put', code: 'OK' });
    series.add();
    calls.with({ code: 'OK', method: 'Put' }).add(2);
    expect(series.value).toBe(3);
    expect(calls.with({ method: 'Put', code: '' })).not.toBe(series);
  });

  test('values that look like one another when put together stay apart', () => {
    const gauge = new MetricRegistry().gauge('g', { help, labels: ['a', 'b'] });
    gauge.with({ a: 'x\u00001\u0000', b: 'y' }).set(1);
    gauge.with({ a: 'x', b: '1\u0000y' }).set(2);
    expect([...gauge.series()].map(({ reading }) => reading.value)).toEqual([1, 2]);
    gauge.with({ a: 'x\u0000', b: 'y' }).set(3);
    expect(gauge.with({ a: 'x', b: '\u0000y' }).value).toBe(0);
  });

  test('a counter never falls', () => {
    const counter = new MetricRegistry().counter('c', { help });
    expect(() => counter.add(-1)).toThrow('amount is -1, but must be a number from zero');
    expect(() => counter.add(Number.NaN)).toThrow('amount is NaN');
  });

  test('label sets beyond the limit are merged, dropped or refused, and counted', () => {
    const registry = new MetricRegistry();
    const options = { help, labels: ['user'], seriesMax: 1 } as const;
    const merged = registry.counter('merged', options);
    const dropped = registry.counter('dropped', { ...options, overflow: 'drop' });
    const refused = registry.counter('refused', { ...options, overflow: 'refuse' });
    for (const metric of [merged, dropped, refused]) metric.with({ user: 'ada' }).add();
    for (const user of ['bob', 'eve']) {
      merged.with({ user }).add();
      dropped.with({ user }).add();
      expect(() => refused.with({ user })).toThrow('refused has all the 1 label sets that it may have');
    }
    expect(merged.with({ user: 'ada' }).value).toBe(1);
    expect(samples(registry)).toEqual([
      'dropped_total{user="ada"} 1',
      'holdfast_metrics_overflowed_total{metric="merged"} 2',
      'holdfast_metrics_overflowed_total{metric="dropped"} 2',
      'holdfast_metrics_overflowed_total{metric="refused"} 2',
      'merged_total{user="ada"} 1',
      'merged_total{user="overflow"} 2',
      'refused_total{user="ada"} 1',
    ]);
    merged.remove({ user: 'overflow' });
    merged.with({ user: 'eve' }).add();
    expect(samples(registry)).toContain('merged_total{user="overflow"} 1');
    merged.remove({ user: 'ada' });
    merged.with({ user: 'bob' }).add();
    expect(samples(registry)).toContain('merged_total{user="bob"} 1');
  });

  test('callbacks are asked when somebody reads', () => {
    const registry = new MetricRegistry();
    let term: number | undefined;
    registry.observe('term', { kind: 'gauge', help }, () => term);
    registry.observe('sent', { kind: 'counter', help, labels: ['peer'] }, () => [
      { labels: { peer: 'b' }, value: 2 },
      { labels: { peer: 'a' }, value: 1 },
    ]);
    expect(samples(registry)).toEqual(['sent_total{peer="b"} 2', 'sent_total{peer="a"} 1']);
    term = 7;
    expect(samples(registry)).toContain('term 7');
  });

  test('a callback that throws costs its own metric only, and is told', () => {
    const registry = new MetricRegistry();
    const defect = new Error('no status');
    registry.observe('broken', { kind: 'gauge', help }, () => {
      throw defect;
    });
    registry.gauge('well', { help }).set(1);
    const told: unknown[] = [];
    const unsubscribe = metricReadFailed.subscribe((event) => told.push(event));
    expect(samples(registry)).toEqual(['well 1']);
    unsubscribe();
    expect(told).toEqual([{ metric: 'broken', error: defect }]);
    expect(samples(registry)).toEqual(['holdfast_metrics_read_failures_total{metric="broken"} 2', 'well 1']);
  });

  test.each([
    ['', {}, 'name is ""'],
    ['\ud800', {}, 'name is'],
    ['x'.repeat(257), {}, 'must be a text of 1 to 256 characters'],
    ['size', { unit: 'bytes' }, 'must be a name that ends with its unit, bytes'],
    ['h', { labels: ['le'] }, 'labels[0] is "le"'],
    ['h', { labels: ['a.b', 'a_b'] }, 'labels[1] is "a_b"'],
    ['h', { labels: ['__name__'] }, 'labels[0] is "__name__"'],
    ['h', { labels: ['a'], seriesMax: 0 }, 'seriesMax is 0'],
    ['h', { exposedName: '' }, 'exposedName is ""'],
    ['h', { bounds: [1, 1] }, 'bounds[1] is 1'],
    ['h', { bounds: [] }, 'bounds is an array of 0'],
    ['h', { overflow: 'wait' as never }, "overflow is \"wait\", but must be 'merge', 'drop' or 'refuse'"],
  ])('refuses a histogram %j with %j at the door', (name, options, message) => {
    const registry = new MetricRegistry();
    expect(() => registry.histogram(name, { help, ...options })).toThrow(message);
  });

  test('refuses labels that are missing, unknown or no text', () => {
    const gauge = new MetricRegistry().gauge('g', { help, labels: ['a'] });
    expect(() => gauge.with({} as never)).toThrow('labels.a is undefined, but must be a text');
    expect(() => gauge.with({ a: 'x', b: 'y' } as never)).toThrow('labels.b is "y", but must be left out');
  });

  test('refuses a metric whose samples would be taken for those of another', () => {
    const registry = new MetricRegistry();
    registry.histogram('http.duration', { help });
    for (const name of ['http.duration', 'http_duration', 'http_duration_count']) {
      expect(() => registry.gauge(name, { help })).toThrow('rename one of them');
    }
    registry.counter('calls_total', { help });
    expect(() => registry.counter('calls', { help })).toThrow('calls would write samples called calls');
    registry.gauge('uptime', { help, unit: 's' });
    expect(() => registry.counter('uptime', { help })).toThrow('rename one of them');
    expect(() => registry.gauge('uptime_seconds', { help })).toThrow('rename one of them');
  });
});

function samples(registry: MetricRegistry): string[] {
  return writeExposition(registry)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}
