/**
 * A trace as columns, so that 100,000 spans are read at once: row `i` of each column is span `i`, in the order in which a
 * waterfall shows them (depth first, children by start).
 */
export interface TraceView {
  readonly traceId: string;
  readonly start: number;
  readonly duration: number;
  readonly spanCount: number;
  /** Spans that are not in the columns, since a trace has a limit. */
  readonly omitted: number;
  readonly services: readonly string[];
  readonly operations: readonly string[];
  readonly spanIds: readonly string[];
  /** Row of the parent; -1 for a root or an orphan. */
  readonly parents: Column;
  readonly depths: Column;
  /** Indexes into `services`. */
  readonly service: Column;
  /** Indexes into `operations`. */
  readonly operation: Column;
  /** Milliseconds after the trace's start, skew of clocks corrected. */
  readonly starts: Column;
  readonly durations: Column;
  /** Milliseconds in which it did not wait for a child. */
  readonly selfTimes: Column;
  /** 0 unset, 1 ok, 2 error. */
  readonly statuses: Column;
  /** Index into internal, server, client, producer, consumer. */
  readonly kinds: Column;
  /** 1 where the parent is missing from the trace. */
  readonly orphans: Column;
  readonly critical: CriticalPath;
  /** How far each service's clock was moved, where it was. */
  readonly skews: readonly { readonly service: string; readonly milliseconds: number }[];
  readonly logs: number;
}

/** Numbers, row by row: a list in JSON, an array of their own kind in the packed form (`packed-answer.ts`). */
export type Column = ArrayLike<number>;

/** The critical path of a trace, as columns: pieces of spans that together fill the trace, in order of time. */
export interface CriticalPath {
  /** Row of each piece's span. */
  readonly spans: Column;
  /** Milliseconds after the trace's start. */
  readonly starts: Column;
  readonly ends: Column;
}

export interface SpanDetail {
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: string | undefined;
  readonly statusMessage: string | undefined;
  readonly events: readonly SpanEventView[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

export interface SpanEventView {
  readonly at: number;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}
