import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { Histogram } from '../metrics/histogram.ts';
import type { Labelled } from '../metrics/labelled.ts';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import type { SpanRecord, SpanSink } from '../trace/span-record.ts';

export interface SpanMetricsOptions {
  readonly registry: MetricRegistry;
  /** Where the spans go on to. */
  readonly sink: SpanSink;
  /** Names, kinds and outcomes that are told apart. Default 1,000. */
  readonly seriesMax?: number;
}

/** What OTLP calls them: the collector's connector for span metrics writes them so. */
const kinds: Readonly<Record<SpanKind, string>> = {
  [SpanKind.INTERNAL]: 'SPAN_KIND_INTERNAL',
  [SpanKind.SERVER]: 'SPAN_KIND_SERVER',
  [SpanKind.CLIENT]: 'SPAN_KIND_CLIENT',
  [SpanKind.PRODUCER]: 'SPAN_KIND_PRODUCER',
  [SpanKind.CONSUMER]: 'SPAN_KIND_CONSUMER',
};

const statuses: Readonly<Record<SpanStatusCode, string>> = {
  [SpanStatusCode.UNSET]: 'STATUS_CODE_UNSET',
  [SpanStatusCode.OK]: 'STATUS_CODE_OK',
  [SpanStatusCode.ERROR]: 'STATUS_CODE_ERROR',
};

/** From 2 ms to 15 s, as the connector has them. */
const bounds = [0.002, 0.004, 0.006, 0.008, 0.01, 0.05, 0.1, 0.2, 0.4, 0.8, 1, 1.4, 2, 5, 10, 15];

/**
 * Rate, errors and duration of spans on their way to an exporter: `traces.span.metrics.duration` (s) by `span.name`, `span.kind`
 * and `status.code`, under the names of the OpenTelemetry Collector's connector. It sees the spans that are exported: with a
 * sampler that leaves some out, rates are lower by as much. `OperationMetrics` sees all operations.
 */
export class SpanMetrics implements SpanSink {
  readonly #sink: SpanSink;
  readonly #durations: Labelled<'span.name' | 'span.kind' | 'status.code', Histogram>;

  /** @throws HoldfastError INVALID_ARGUMENT; METRIC_EXISTS when the registry has them already. */
  constructor({ registry, seriesMax = 1_000, sink }: SpanMetricsOptions) {
    this.#sink = sink;
    this.#durations = registry.histogram('traces.span.metrics.duration', {
      help: 'How long spans took.',
      unit: 's',
      bounds,
      labels: ['span.name', 'span.kind', 'status.code'],
      seriesMax,
    });
  }

  addSpan(span: SpanRecord): void {
    const { context } = span;
    const isSampled = (context.traceFlags & TraceFlags.SAMPLED) !== 0;
    this.#durations
      .with({
        'span.name': span.name,
        'span.kind': kinds[span.kind],
        'status.code': statuses[span.status.code],
      })
      .recordWithin(isSampled ? context : undefined, span.duration / 1e6);
    this.#sink.addSpan(span);
  }
}
