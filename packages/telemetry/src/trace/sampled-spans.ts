import { type Context, type ContextManager, type SpanContext, TraceFlags } from '@opentelemetry/api';
import { spanOf } from '../context/context-with-span.ts';
import type { ActiveSpans } from '../exemplars/exemplar-sampler.ts';
import { UnsampledSpan } from './unsampled-span.ts';

/** The sampled spans of a provider's tracers: whether some are under way, and which one is active. */
export class SampledSpans implements ActiveSpans {
  /** Those that have begun and not ended. */
  open = 0;
  readonly #contexts: Pick<ContextManager, 'active'>;

  constructor(contexts: Pick<ContextManager, 'active'>) {
    this.#contexts = contexts;
  }

  active(): SpanContext | undefined {
    return sampledIn(this.#contexts.active());
  }
}

/** The span of a context, where it is sampled. Of one that is not, no ids are drawn. */
export function sampledIn(context: Context): SpanContext | undefined {
  const span = spanOf(context);
  if (span === undefined || span instanceof UnsampledSpan) return undefined;
  const found = span.spanContext();
  return (found.traceFlags & TraceFlags.SAMPLED) === 0 ? undefined : found;
}
