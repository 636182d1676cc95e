import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { SpanRecord } from '../../../src/trace/span-record.ts';
import type { TracerProviderOptions } from '../../../src/trace/tracer-provider.ts';
import { registered, type Tracing, tracing } from '../../tracing.ts';

/** A span as a program tells it. */
export interface ToldSpan {
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly parentIsRemote: boolean;
  readonly status: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly start: number;
}

/** Registers a tracer and `instrumentations` as a service would: before it loads what they instrument. */
export function instrumented(
  instrumentations: readonly Instrumentation[],
  options: Pick<TracerProviderOptions, 'sampler'> = {},
): Tracing {
  const traced = tracing(options);
  registered(traced);
  for (const instrumentation of instrumentations) {
    instrumentation.setTracerProvider(traced.provider);
    instrumentation.enable();
  }
  return traced;
}

/** Hands what came of it to the test that started this program. */
export function tell(traced: Tracing, beside: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(JSON.stringify({ ...beside, spans: toldSpans(traced.spans) }));
}

export function toldSpans(spans: readonly SpanRecord[]): readonly ToldSpan[] {
  return spans.map(told);
}

function told(span: SpanRecord): ToldSpan {
  const { attributes, context, kind, name, parentId, parentIsRemote, start, status } = span;
  return {
    name,
    kind: SpanKind[kind],
    traceId: context.traceId,
    spanId: context.spanId,
    parentId,
    parentIsRemote,
    status: SpanStatusCode[status.code],
    attributes,
    start,
  };
}
