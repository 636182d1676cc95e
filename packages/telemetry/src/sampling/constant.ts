import type { Sampler, SamplingDecision } from './sampler.ts';

class Constant implements Sampler {
  readonly #decision: SamplingDecision;

  constructor(decision: SamplingDecision) {
    this.#decision = decision;
  }

  decide(): SamplingDecision {
    return this.#decision;
  }
}

/** Records every span. */
export const alwaysOn: Sampler = new Constant('sample');

/** Records none. */
export const alwaysOff: Sampler = new Constant('drop');
