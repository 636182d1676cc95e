import type { Attributes, SpanKind } from '@opentelemetry/api';

/**
 * What becomes of a new span: it is recorded and exported; recorded and held back, until the part of its trace that is in
 * this process has ended, and exported if something of it failed; or not recorded at all.
 */
export type SamplingDecision = 'sample' | 'hold' | 'drop';

/** The span that a new one is a child of. */
export interface SampledParent {
  /** Whether it is exported, as far as its own process can tell. */
  readonly sampled: boolean;
  /** Whether it is of another process. */
  readonly remote: boolean;
}

/** Chooses the spans to be recorded. It is asked for every span, before anything is made for it: it should be quick. */
export interface Sampler {
  /**
   * @param parent - undefined for the first span of a trace.
   * @param randomness - from 0 to 2^32 - 1, the same for all spans of a trace in every process.
   * @param attributes - those that the span begins with.
   */
  decide(
    parent: SampledParent | undefined,
    randomness: number,
    name: string,
    kind: SpanKind,
    attributes: Attributes | undefined,
  ): SamplingDecision;
}
