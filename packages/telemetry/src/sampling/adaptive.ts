import { type Duration, invalidArgument, platformWorld, toPositiveMicros, type World } from '@holdfast/core';
import type { SampledParent, Sampler, SamplingDecision } from './sampler.ts';
import { rejectedBelow } from './trace-ratio.ts';

export interface AdaptiveOptions {
  /** Spans that this process may record in a second, in the long run. */
  readonly spansPerSecond: number;
  /** How far back it looks: it takes about as long to follow a change. Default 10 s. */
  readonly window?: Duration;
  readonly world?: World;
}

/**
 * Records as great a share of the traces that begin here as the budget allows, counting the spans that they come to have. Spans
 * whose parent was decided on follow it; those of other processes' traces come first, and what they leave is shared.
 *
 * Counts fade exponentially, as in OpenTelemetry's consistent rate limiting sampler, so that there is neither timer nor window that
 * ends; a share is chosen by the trace's randomness, as {@link traceRatio} does.
 *
 * @throws HoldfastError INVALID_ARGUMENT
 */
export function adaptive(options: AdaptiveOptions): Sampler {
  const { spansPerSecond, window = '10s', world = platformWorld() } = options;
  if (!(spansPerSecond > 0 && Number.isFinite(spansPerSecond))) {
    throw invalidArgument('spansPerSecond', spansPerSecond, 'a number above 0');
  }
  return new Adaptive(spansPerSecond / 1e6, toPositiveMicros(window, 'window'), world);
}

class Adaptive implements Sampler {
  readonly #budget: number;
  readonly #window: number;
  readonly #world: World;
  /** Where counts stand. */
  #now: number;
  /** The time that they are of: less than the window in the beginning. */
  #span = 0;
  /** Traces that began here, and those of them that were sampled; sampled ones of others; spans that were recorded. */
  #offered = 0;
  #sampledOwn = 0;
  #sampledRemote = 0;
  #recorded = 0;
  #threshold = 0;

  constructor(budget: number, window: number, world: World) {
    this.#budget = budget;
    this.#window = window;
    this.#world = world;
    this.#now = world.clock.coarseNow();
  }

  decide(parent: SampledParent | undefined, randomness: number): SamplingDecision {
    if (parent !== undefined && !parent.sampled) return 'drop';
    this.#fade();
    if (parent === undefined) {
      this.#offered += 1;
      if (randomness < this.#threshold) return 'drop';
      this.#sampledOwn += 1;
    } else if (parent.remote) this.#sampledRemote += 1;
    this.#recorded += 1;
    return 'sample';
  }

  /** Once in a turn of the event loop. */
  #fade(): void {
    const now = this.#world.clock.coarseNow();
    const passed = now - this.#now;
    if (passed <= 0) return;
    // For short times this is the exponential function, and needs none.
    const kept = this.#window / (this.#window + passed);
    this.#now = now;
    this.#span = this.#span * kept + passed;
    this.#offered *= kept;
    this.#sampledOwn *= kept;
    this.#sampledRemote *= kept;
    this.#recorded *= kept;
    this.#threshold = rejectedBelow(this.#share());
  }

  #share(): number {
    const sampled = this.#sampledOwn + this.#sampledRemote;
    const spansPerTrace = sampled > 0 ? Math.max(1, this.#recorded / sampled) : 1;
    const tracesAllowed = (this.#budget * this.#span) / spansPerTrace - this.#sampledRemote;
    return this.#offered === 0 ? 1 : Math.min(1, Math.max(0, tracesAllowed / this.#offered));
  }
}
