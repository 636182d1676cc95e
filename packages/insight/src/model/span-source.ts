import type { Span } from './span.ts';

/** A stretch of time, `from` included, `to` not. Milliseconds since the Unix epoch. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

export interface TraceQuery extends TimeWindow {
  /** Only traces in which this service has a span. */
  readonly service?: string;
  /** Only traces in which that service has a span of this name. */
  readonly operation?: string;
  /** The newest so many. */
  readonly tracesMax: number;
}

/**
 * Where analyses read spans: all that this room knows of a store. A trace comes whole, with the spans that lie outside of the
 * window.
 */
export interface SpanSource {
  /** Traces that began within the window, each as its spans in any order. */
  traces(query: TraceQuery, signal?: AbortSignal): AsyncIterable<readonly Span[]>;
  /** Empty when the trace is not known. */
  trace(traceId: string, signal?: AbortSignal): Promise<readonly Span[]>;
}
