import { type Span, type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { SampledParent } from '../sampling/sampler.ts';

/** A parent that somebody else made: a span of another process, as a propagator found it, or of another tracer. */
export class RemoteParent implements SampledParent {
  readonly context: SpanContext;

  constructor(span: Span) {
    this.context = span.spanContext();
  }

  get sampled(): boolean {
    return (this.context.traceFlags & TraceFlags.SAMPLED) !== 0;
  }

  get remote(): boolean {
    return this.context.isRemote === true;
  }

  spanContext(): SpanContext {
    return this.context;
  }
}
