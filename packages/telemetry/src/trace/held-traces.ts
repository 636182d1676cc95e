import { invalidArgument } from '@holdfast/core';
import { SpanStatusCode } from '@opentelemetry/api';
import type { SpanRecord, SpanSink } from './span-record.ts';

/** How much may be held back. */
export interface HeldLimits {
  /** Spans of one trace; further ones are dropped. Default 1,000. */
  readonly spansPerTrace: number;
  /** Spans of all traces; the oldest trace is dropped to make room. Default 10,000. */
  readonly spans: number;
}

const defaultLimits: HeldLimits = { spansPerTrace: 1_000, spans: 10_000 };

/**
 * Spans that are exported only if their trace fails: a trace's wait until one of them ends with an error, which
 * exports all, or until the first of them in this process ends, which forgets them.
 */
export class HeldTraces {
  /** Spans that were dropped although nobody could know yet whether their trace would fail. */
  dropped = 0;
  readonly #limits: HeldLimits;
  readonly #sink: SpanSink;
  /** Those that wait, the oldest first. */
  readonly #waiting = new Set<HeldTrace>();
  #spans = 0;

  /** @throws HoldfastError INVALID_ARGUMENT */
  constructor(limits: Partial<HeldLimits>, sink: SpanSink) {
    this.#limits = { ...defaultLimits, ...limits };
    for (const field of Object.keys(defaultLimits) as (keyof HeldLimits)[]) {
      const limit = this.#limits[field];
      if (!(Number.isSafeInteger(limit) && limit > 0)) {
        throw invalidArgument(`held.${field}`, limit, 'a whole number from 1');
      }
    }
    this.#sink = sink;
  }

  /** For a trace that begins. */
  begin(): HeldTrace {
    return new HeldTrace(this);
  }

  /** @param first - whether it is the trace's first span in this process. */
  ended(trace: HeldTrace, span: SpanRecord, first: boolean): void {
    if (span.status.code === SpanStatusCode.ERROR) this.#release(trace);
    switch (trace.state) {
      case 'failed':
        this.#sink.addSpan(span);
        return;
      case 'waiting':
        if (first) this.#forget(trace);
        else this.#hold(trace, span);
        return;
      case 'over':
    }
  }

  #hold(trace: HeldTrace, span: SpanRecord): void {
    if (trace.spans.length >= this.#limits.spansPerTrace) {
      this.dropped += 1;
      return;
    }
    trace.spans.push(span);
    this.#waiting.add(trace);
    this.#spans += 1;
    if (this.#spans <= this.#limits.spans) return;
    for (const oldest of this.#waiting) {
      this.dropped += oldest.spans.length;
      this.#forget(oldest);
      return;
    }
  }

  /** What ends after its trace is over, and failed, is exported alone. */
  #release(trace: HeldTrace): void {
    const { spans } = trace;
    this.#forget(trace);
    trace.state = 'failed';
    for (const span of spans) this.#sink.addSpan(span);
  }

  #forget(trace: HeldTrace): void {
    this.#waiting.delete(trace);
    this.#spans -= trace.spans.length;
    trace.spans = [];
    trace.state = 'over';
  }
}

export class HeldTrace {
  readonly traces: HeldTraces;
  state: 'waiting' | 'failed' | 'over' = 'waiting';
  spans: SpanRecord[] = [];

  constructor(traces: HeldTraces) {
    this.traces = traces;
  }
}
