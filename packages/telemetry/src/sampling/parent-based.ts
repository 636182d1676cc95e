import type { Attributes, SpanKind } from '@opentelemetry/api';
import { alwaysOff, alwaysOn } from './constant.ts';
import type { SampledParent, Sampler, SamplingDecision } from './sampler.ts';

/** Who decides for a span whose parent was decided on. By default the decision stands. */
export interface ParentBasedOptions {
  /** For a parent of another process that is sampled. Default {@link alwaysOn}. */
  readonly remoteSampled?: Sampler;
  /** For a parent of another process that is not. Default {@link alwaysOff}. */
  readonly remoteUnsampled?: Sampler;
  /** For a parent of this process that is sampled. Default {@link alwaysOn}. */
  readonly localSampled?: Sampler;
  /** For a parent of this process that is not. Default {@link alwaysOff}. */
  readonly localUnsampled?: Sampler;
}

/** Does with a span as was done with its parent, and leaves the first span of a trace to `root`. */
export function parentBased(root: Sampler, options: ParentBasedOptions = {}): Sampler {
  return new ParentBased(root, options);
}

class ParentBased implements Sampler {
  private readonly root: Sampler;
  private readonly remoteSampled: Sampler;
  private readonly remoteUnsampled: Sampler;
  private readonly localSampled: Sampler;
  private readonly localUnsampled: Sampler;

  constructor(root: Sampler, options: ParentBasedOptions) {
    this.root = root;
    this.remoteSampled = options.remoteSampled ?? alwaysOn;
    this.remoteUnsampled = options.remoteUnsampled ?? alwaysOff;
    this.localSampled = options.localSampled ?? alwaysOn;
    this.localUnsampled = options.localUnsampled ?? alwaysOff;
  }

  decide(
    parent: SampledParent | undefined,
    randomness: number,
    name: string,
    kind: SpanKind,
    attributes: Attributes | undefined,
  ): SamplingDecision {
    return this.#decider(parent).decide(parent, randomness, name, kind, attributes);
  }

  #decider(parent: SampledParent | undefined): Sampler {
    if (parent === undefined) return this.root;
    if (parent.remote) return parent.sampled ? this.remoteSampled : this.remoteUnsampled;
    return parent.sampled ? this.localSampled : this.localUnsampled;
  }
}
