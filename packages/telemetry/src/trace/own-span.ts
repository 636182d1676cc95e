import { type Context, isSpanContextValid, type Span, type SpanContext } from '@opentelemetry/api';
import { isTracingSuppressed, spanOf } from '../context/context-with-span.ts';
import { RecordedSpan } from './recorded-span.ts';
import { UnsampledSpan } from './unsampled-span.ts';

export type OwnSpan = RecordedSpan | UnsampledSpan;

/** Whether a tracer of this package made it: its ids are what they must be, and nobody needs to look. */
export function isOwnSpan(span: Span): span is OwnSpan {
  return span instanceof RecordedSpan || span instanceof UnsampledSpan;
}

/** What other processes are told of `context`: undefined where there is no span with ids, or nothing is to be traced. */
export function toldSpanContext(context: Context): SpanContext | undefined {
  const span = spanOf(context);
  if (span === undefined || isTracingSuppressed(context)) return undefined;
  const told = span.spanContext();
  return isOwnSpan(span) || isSpanContextValid(told) ? told : undefined;
}
