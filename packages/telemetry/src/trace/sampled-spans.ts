import { type Context, type ContextManager, type Span, TraceFlags } from '@opentelemetry/api';
import { spanOf } from '../context/context-with-span.ts';
import type { ExemplarSpan } from '../exemplars/exemplar.ts';
import type { ActiveSpans } from '../exemplars/exemplar-sampler.ts';
import { RecordedSpan } from './recorded-span.ts';
import { UnsampledSpan } from './unsampled-span.ts';

/** The sampled spans of a provider's tracers: whether some are under way, and which one is active. */
export class SampledSpans implements ActiveSpans {
  /** Those that have begun and not ended. */
  open = 0;
  readonly #contexts: Pick<ContextManager, 'active'>;

  constructor(contexts: Pick<ContextManager, 'active'>) {
    this.#contexts = contexts;
  }

  active(): ExemplarSpan | undefined {
    return sampledIn(this.#contexts.active());
  }
}

/** The span of a context, where it is sampled. */
export function sampledIn(context: Context): ExemplarSpan | undefined {
  const span = spanOf(context);
  return span && sampledOf(span);
}

/** The ids of a span, where it is sampled: as digits only once somebody reads them, where that can be. */
export function sampledOf(span: Span): ExemplarSpan | undefined {
  if (span instanceof RecordedSpan) return span.sampled ? span : undefined;
  if (span instanceof UnsampledSpan) return undefined;
  const found = span.spanContext();
  return (found.traceFlags & TraceFlags.SAMPLED) === 0 ? undefined : found;
}
