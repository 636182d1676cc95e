import type { SpanContext, TraceState } from '@opentelemetry/api';
import type { HeldTrace } from './held-traces.ts';
import { hexadecimal, type IdSource, type TraceWords, traceWordsOf } from './ids.ts';

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
  private ownWords: TraceWords | undefined;

  constructor(ids: IdSource, randomness: number, remote: SpanContext | undefined) {
    this.ids = ids;
    this.randomness = randomness;
    this.traceState = remote?.traceState;
    this.flags = remote === undefined ? 0 : remote.traceFlags & ~1;
    this.offset = 0;
    this.held = undefined;
    this.id = remote?.traceId;
    this.ownWords = undefined;
  }

  get traceId(): string {
    if (this.id === undefined) {
      const [highest, higher, lower, lowest] = this.words;
      this.id = hexadecimal(highest, higher) + hexadecimal(lower, lowest);
    }
    return this.id;
  }

  /** Its id as numbers: what is written in bytes need not become a text before. */
  get words(): TraceWords {
    this.ownWords ??= this.id === undefined ? this.ids.traceWords(this.randomness) : traceWordsOf(this.id);
    return this.ownWords;
  }

  /** Of a span of it. */
  spanContext(spanId: string, sampled: boolean): SpanContext {
    const { flags, traceId, traceState } = this;
    const traceFlags = sampled ? flags | 1 : flags;
    return traceState === undefined
      ? { traceId, spanId, traceFlags }
      : { traceId, spanId, traceFlags, traceState };
  }
}
