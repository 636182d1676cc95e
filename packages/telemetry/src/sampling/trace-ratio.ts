import { invalidArgument } from '@holdfast/core';
import type { SampledParent, Sampler, SamplingDecision } from './sampler.ts';

/**
 * Records a share of all traces, chosen by their ids: another process with the same or a greater ratio records them too. What
 * was decided for a span's parent does not count: wrap it in {@link parentBased}, so that traces are whole.
 *
 * @param ratio - from 0 to 1.
 * @throws HoldfastError INVALID_ARGUMENT
 */
export function traceRatio(ratio: number): Sampler {
  if (!(ratio >= 0 && ratio <= 1)) throw invalidArgument('ratio', ratio, 'a number from 0 to 1');
  return new TraceRatio(ratio);
}

class TraceRatio implements Sampler {
  readonly #from: number;

  constructor(ratio: number) {
    this.#from = rejectedBelow(ratio);
  }

  decide(_parent: SampledParent | undefined, randomness: number): SamplingDecision {
    return randomness >= this.#from ? 'sample' : 'drop';
  }
}

/** A share of all traces are those whose randomness is not below this: OpenTelemetry's rejection threshold, in 32 bits. */
export function rejectedBelow(ratio: number): number {
  return (1 - ratio) * 2 ** 32;
}
