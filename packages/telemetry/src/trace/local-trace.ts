import type { SpanContext, TraceState } from '@opentelemetry/api';
import type { HeldTrace } from './held-traces.ts';
import type { IdSource } from './ids.ts';

/**
 * What the spans of one trace in this process have in common, below one first of them. Its id is drawn when somebody asks for
 * it: nobody does for most traces that are not recorded.
 */
export class LocalTrace {
  readonly ids: IdSource;
  readonly randomness: number;
  readonly traceState: TraceState | undefined;
  /** The flags of the remote parent, but for whether it is sampled. */
  readonly flags: number;
  /** What makes monotonic microseconds those of the epoch. */
  offset: number;
  /** Where its spans wait for what becomes of the trace; undefined where they are exported at once. */
  held: HeldTrace | undefined;
  private id: string | undefined;

  constructor(ids: IdSource, randomness: number, remote: SpanContext | undefined) {
    this.ids = ids;
    this.randomness = randomness;
    this.traceState = remote?.traceState;
    this.flags = remote === undefined ? 0 : remote.traceFlags & ~1;
    this.offset = 0;
    this.held = undefined;
    this.id = remote?.traceId;
  }

  get traceId(): string {
    this.id ??= this.ids.traceId(this.randomness);
    return this.id;
  }

  /** For a new span of it. */
  spanContext(sampled: boolean): SpanContext {
    const { flags, traceId, traceState } = this;
    const traceFlags = sampled ? flags | 1 : flags;
    const spanId = this.ids.spanId();
    return traceState === undefined
      ? { traceId, spanId, traceFlags }
      : { traceId, spanId, traceFlags, traceState };
  }
}
