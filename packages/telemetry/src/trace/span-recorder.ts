import type { Sampler } from '../sampling/sampler.ts';
import type { EpochClock } from './epoch-clock.ts';
import type { HeldTraces } from './held-traces.ts';
import type { IdSource } from './ids.ts';
import type { SampledSpans } from './sampled-spans.ts';
import type { SpanLimits } from './span-limits.ts';
import type { SpanSink } from './span-record.ts';

/** What all tracers of a provider share. */
export interface SpanRecorder {
  readonly clock: EpochClock;
  readonly ids: IdSource;
  readonly limits: SpanLimits;
  readonly sampler: Sampler;
  readonly held: HeldTraces;
  readonly sampledSpans: SampledSpans;
  readonly sink: SpanSink;
}
