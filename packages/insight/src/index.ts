export type { AttributeValue, Span, SpanKind, SpanLink, SpanStatus } from './model/span.ts';
export type { SpanSource, TimeWindow, TraceQuery } from './model/span-source.ts';
