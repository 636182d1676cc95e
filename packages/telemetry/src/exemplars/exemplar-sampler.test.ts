import { ManualWorld } from '@holdfast/core';
import { type Context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Tracing, tracing } from '../../test/tracing.ts';
import { openMetricsFormat, textFormat } from '../exposition/exposition-format.ts';
import { writeExposition } from '../exposition/write-exposition.ts';
import { MeterProvider } from '../meter/meter-provider.ts';
import { MetricRegistry } from '../metrics/metric-registry.ts';
import { OperationMetrics } from '../red/operation-metrics.ts';
import { SpanMetrics } from '../red/span-metrics.ts';
import { alwaysOff } from '../sampling/constant.ts';
import { operationSpans } from '../trace/operation-spans.ts';
import type { Exemplar } from './exemplar.ts';

const help = 'Something.';
let world: ManualWorld;
let registry: MetricRegistry;
let traced: Tracing;

beforeEach(() => {
  world = new ManualWorld();
  registry = new MetricRegistry({ world });
  traced = tracing({ world });
  registry.exemplars.begin({ spans: traced.provider.sampledSpans });
});

/** All exemplars of a metric. */
function exemplarsOf(name: string): Exemplar[] {
  const family = registry.families().find((one) => one.name === name)!;
  return [...family.series()].flatMap(({ reading }) => reading.exemplars?.after(0) ?? []);
}

/** Runs `measure` within a span; returns the ids of that. */
function within(measure: () => void): { traceId: string; spanId: string } {
  const span = traced.tracer.startSpan('work');
  traced.contexts.with(trace.setSpan(ROOT_CONTEXT, span), measure);
  span.end();
  const { spanId, traceId } = span.spanContext();
  return { spanId, traceId };
}

describe('what is measured within a sampled span', () => {
  test('is kept with it, the last of each bucket', async () => {
    const took = registry.histogram('took', { help, bounds: [1, 2] });
    within(() => took.record(0.5));
    await world.advance('1s');
    const last = within(() => took.record(0.7));
    const high = within(() => took.record(9));
    took.record(0.1);
    const time = world.clock.wall() * 1_000;
    expect(exemplarsOf('took')).toEqual([
      { value: 0.7, time, span: expect.objectContaining(last), attributes: {} },
      { value: 9, time, span: expect.objectContaining(high), attributes: {} },
    ]);
  });

  test('of a counter the last amount', () => {
    const calls = registry.counter('calls', { help, labels: ['a'] }).with({ a: 'b' });
    within(() => calls.add(2));
    const last = within(() => calls.add(3));
    calls.add(4);
    expect(exemplarsOf('calls')).toMatchObject([{ value: 3, span: last }]);
    expect(calls.value).toBe(9);
  });

  test("is found for OpenTelemetry's instruments, in the context that is active or given", () => {
    const meter = new MeterProvider({ registry }).getMeter('m');
    const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1] } });
    const counter = meter.createCounter('c');
    const active = within(() => histogram.record(0.5));
    const given = traced.tracer.startSpan('other');
    const context: Context = trace.setSpan(ROOT_CONTEXT, given);
    within(() => histogram.record(5, {}, context));
    counter.add(1, {}, context);
    // A context without a span is none, whatever is active.
    within(() => counter.add(2, {}, ROOT_CONTEXT));
    expect(exemplarsOf('h').map(({ span }) => span?.spanId)).toEqual([
      active.spanId,
      given.spanContext().spanId,
    ]);
    expect(exemplarsOf('c')).toMatchObject([{ value: 1, span: { spanId: given.spanContext().spanId } }]);
  });

  test('is found for operations, though they are not in the context when they end', () => {
    const inner = operationSpans({ tracer: traced.tracer, contexts: traced.contexts });
    const operations = new OperationMetrics({ registry, inner, world });
    operations.enter('charge', {}).exit(undefined);
    operations.enter('refund', {}).exit(new RangeError('no'));
    expect(exemplarsOf('holdfast.operation.duration').map(({ span }) => span?.spanId)).toEqual([
      traced.named('charge').context.spanId,
      traced.named('refund').context.spanId,
    ]);
  });

  test('is found for the durations of spans themselves', () => {
    const sink = new SpanMetrics({ registry, sink: { addSpan: () => {} } });
    const { spanId } = within(() => {});
    sink.addSpan(traced.spans[0]!);
    expect(exemplarsOf('traces.span.metrics.duration')).toMatchObject([{ span: { spanId } }]);
  });
});

describe('what is not', () => {
  test('is counted and not kept, and nobody looks for the active span', () => {
    traced = tracing({ world, sampler: alwaysOff });
    let looks = 0;
    const { sampledSpans } = traced.provider;
    const spans = {
      get open() {
        return sampledSpans.open;
      },
      active() {
        looks += 1;
        return sampledSpans.active();
      },
    };
    registry.exemplars.begin({ spans });
    const took = registry.histogram('took', { help });
    const inner = operationSpans({ tracer: traced.tracer, contexts: traced.contexts });
    const operations = new OperationMetrics({ registry, inner, world });
    within(() => {
      took.record(1);
      operations.enter('charge', {}).exit(undefined);
    });
    expect([took.count, looks]).toEqual([1, 0]);
    expect(exemplarsOf('took')).toEqual([]);
    expect(exemplarsOf('holdfast.operation.duration')).toEqual([]);
  });

  test('a span that has ended is waited for no more', () => {
    const { sampledSpans } = traced.provider;
    const [first, second] = [traced.tracer.startSpan('a'), traced.tracer.startSpan('b')];
    expect(sampledSpans.open).toBe(2);
    first.end();
    first.end();
    expect(sampledSpans.open).toBe(1);
    second.end();
    expect(sampledSpans.open).toBe(0);
  });

  test('is kept all the same where everything is, without a span', () => {
    registry.exemplars.begin({ filter: 'always_on', spans: traced.provider.sampledSpans });
    const took = registry.histogram('took', { help, bounds: [1] });
    took.record(0.5);
    const { spanId } = within(() => took.record(5));
    expect(exemplarsOf('took')).toMatchObject([
      { value: 0.5, span: undefined },
      { value: 5, span: { spanId } },
    ]);
  });

  test('where nothing is kept, nothing is', () => {
    registry.exemplars.begin({ filter: 'always_off', spans: traced.provider.sampledSpans });
    const took = registry.histogram('took', { help });
    const inner = operationSpans({ tracer: traced.tracer, contexts: traced.contexts });
    within(() => took.record(1));
    new OperationMetrics({ registry, inner, world }).enter('charge', {}).exit(undefined);
    expect([...exemplarsOf('took'), ...exemplarsOf('holdfast.operation.duration')]).toEqual([]);
  });
});

test('a filter that is none is refused at the door, and ending an older beginning ends no newer one', () => {
  const spans = traced.provider.sampledSpans;
  expect(() => registry.exemplars.begin({ filter: 'sometimes' as 'always_on', spans })).toThrow('filter');
  const endFirst = registry.exemplars.begin({ spans: { open: 0, active: () => undefined } });
  const end = registry.exemplars.begin({ spans });
  const calls = registry.counter('calls', { help });
  endFirst();
  within(() => calls.add(1));
  end();
  within(() => calls.add(2));
  expect(exemplarsOf('calls')).toMatchObject([{ value: 1 }]);
});

test('OpenMetrics shows them behind their samples, the text format never', () => {
  const took = registry.histogram('took', { help, bounds: [1, 2], labels: ['a'] });
  const calls = registry.counter('calls', { help });
  const { spanId, traceId } = within(() => {
    took.with({ a: 'b' }).record(1.5);
    calls.add();
  });
  const time = (world.clock.wall() / 1_000).toFixed(3);
  const ids = `# {trace_id="${traceId}",span_id="${spanId}"}`;
  const lines = writeExposition(registry, openMetricsFormat).split('\n');
  expect(lines).toContain('took_bucket{a="b",le="1.0"} 0');
  expect(lines).toContain(`took_bucket{a="b",le="2.0"} 1 ${ids} 1.5 ${time}`);
  expect(lines).toContain('took_bucket{a="b",le="+Inf"} 1');
  expect(lines).toContain(`calls_total 1 ${ids} 1 ${time}`);
  expect(writeExposition(registry, textFormat)).not.toContain(traceId);
});
