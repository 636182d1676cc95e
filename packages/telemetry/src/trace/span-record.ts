import type { Attributes, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';
import type { InstrumentationScope } from '../resource/resource.ts';

/**
 * A span that has ended, as exporters take it. Nothing in it changes any more. Times are microseconds since the Unix epoch and
 * durations microseconds, with a fraction as far as a number holds it: a quarter of a microsecond for a time, all of
 * what the clock gives for a duration.
 */
export interface SpanRecord {
  readonly scope: InstrumentationScope;
  /** Its own ids, flags and trace state. */
  readonly context: SpanContext;
  /** 16 hexadecimal digits; undefined for a root. */
  readonly parentId: string | undefined;
  /** Whether the parent is of another process. */
  readonly parentIsRemote: boolean;
  readonly name: string;
  /** In the API's numbers, from 0 for internal: OTLP's are one more. */
  readonly kind: SpanKind;
  readonly start: number;
  /** Never negative. */
  readonly duration: number;
  readonly status: SpanStatus;
  /** Of checked values: texts, numbers, booleans, and arrays of one of these that may have holes. */
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLinkRecord[];
  /** What found no room within the limits of a span. */
  readonly droppedAttributes: number;
  readonly droppedEvents: number;
  readonly droppedLinks: number;
}

export interface SpanEvent {
  readonly name: string;
  readonly time: number;
  readonly attributes: Attributes;
  readonly droppedAttributes: number;
}

export interface SpanLinkRecord {
  readonly context: SpanContext;
  readonly attributes: Attributes;
  readonly droppedAttributes: number;
}

/** Where ended spans go. */
export interface SpanSink {
  /** Takes the span or, where it has no room, counts it as dropped. Neither waits nor throws. */
  addSpan(span: SpanRecord): void;
}
