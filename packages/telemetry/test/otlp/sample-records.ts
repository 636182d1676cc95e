import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { LogRecord } from '../../src/logs/log-record.ts';
import type { MetricBatch } from '../../src/metrics/metric-points.ts';
import type { InstrumentationScope, Resource } from '../../src/resource/resource.ts';
import type { SpanRecord } from '../../src/trace/span-record.ts';

export const resource: Resource = { attributes: { 'service.name': 'shop', 'process.pid': 42 } };
export const scope: InstrumentationScope = { name: 'http', version: '1.2.3', schemaUrl: undefined };

export const traceId = '0123456789abcdef0123456789abcdef';
export const spanId = '00f067aa0ba902b7';

export function spanRecord(fields: Partial<SpanRecord> = {}): SpanRecord {
  return {
    scope,
    context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED },
    parentId: undefined,
    parentIsRemote: false,
    name: 'GET /orders',
    kind: SpanKind.SERVER,
    start: 1_700_000_000_123_456 + 0.75,
    duration: 1_500.125,
    status: { code: SpanStatusCode.UNSET },
    attributes: {},
    events: [],
    links: [],
    droppedAttributes: 0,
    droppedEvents: 0,
    droppedLinks: 0,
    ...fields,
  };
}

export function logRecord(fields: Partial<LogRecord> = {}): LogRecord {
  return {
    scope,
    time: 1_700_000_000_000_000,
    observedTime: 1_700_000_000_000_001,
    severity: 9,
    severityText: 'info',
    body: 'hello',
    attributes: {},
    droppedAttributes: 0,
    eventName: undefined,
    traceId: undefined,
    spanId: undefined,
    traceFlags: 0,
    ...fields,
  };
}

export function metricBatch(metrics: MetricBatch['metrics']): MetricBatch {
  return { startTime: 1_700_000_000_000_000, time: 1_700_000_060_000_000, metrics };
}

/** A trace state as the API has it. */
export function traceState(text: string): NonNullable<SpanRecord['context']['traceState']> {
  const state = { get: () => undefined, set: () => state, unset: () => state, serialize: () => text };
  return state;
}
