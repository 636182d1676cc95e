import type { Attributes, SpanKind } from '@opentelemetry/api';
import type { SampledParent, Sampler, SamplingDecision } from './sampler.ts';

/**
 * Chooses as `otherwise` does, and holds back the rest until it is known whether something fails: the part of a trace that is
 * in this process is exported from the first span that ends with an error, with all that ended before it. Others are not told,
 * since nobody knows in time; where they sample so too, they keep their own part.
 *
 * Recording what is mostly thrown away costs what recording costs. How much is held, `TracerProviderOptions.held` says.
 */
export function errorsAlways(otherwise: Sampler): Sampler {
  return new ErrorsAlways(otherwise);
}

class ErrorsAlways implements Sampler {
  readonly #otherwise: Sampler;

  constructor(otherwise: Sampler) {
    this.#otherwise = otherwise;
  }

  decide(
    parent: SampledParent | undefined,
    randomness: number,
    name: string,
    kind: SpanKind,
    attributes: Attributes | undefined,
  ): SamplingDecision {
    const decision = this.#otherwise.decide(parent, randomness, name, kind, attributes);
    return decision === 'drop' ? 'hold' : decision;
  }
}
