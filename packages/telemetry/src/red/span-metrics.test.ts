import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { writeExposition } from '../exposition/write-exposition.ts';
import { MetricRegistry } from '../metrics/metric-registry.ts';
import type { SpanRecord } from '../trace/span-record.ts';
import { TracerProvider } from '../trace/tracer-provider.ts';
import { SpanMetrics } from './span-metrics.ts';

test('tells rate, errors and duration of spans, and hands them on', () => {
  const registry = new MetricRegistry();
  const exported: SpanRecord[] = [];
  const sink = new SpanMetrics({ registry, sink: { addSpan: (span) => exported.push(span) } });
  const tracer = new TracerProvider({ sink }).getTracer('shop');
  for (const code of [SpanStatusCode.UNSET, SpanStatusCode.UNSET, SpanStatusCode.ERROR]) {
    const span = tracer.startSpan('GET /orders', { kind: SpanKind.SERVER, startTime: 1_000 });
    span.setStatus({ code });
    span.end(1_250);
  }
  const lines = writeExposition(registry)
    .split('\n')
    .filter((line) => /_(count|sum)\{/.test(line));
  const labels = (status: string) =>
    `{span_name="GET /orders",span_kind="SPAN_KIND_SERVER",status_code="STATUS_CODE_${status}"}`;
  const name = 'traces_span_metrics_duration_seconds';
  expect(lines).toEqual([
    `${name}_sum${labels('UNSET')} 0.5`,
    `${name}_count${labels('UNSET')} 2`,
    `${name}_sum${labels('ERROR')} 0.25`,
    `${name}_count${labels('ERROR')} 1`,
  ]);
  expect(exported).toHaveLength(3);
});
