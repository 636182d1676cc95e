import type { RejectionFacts } from '../pipeline/rejection.ts';

/** What a limit was seen to do for a while. Rounds follow one another; see {@link RoundSettings}. */
export interface Round {
  /** Microseconds from its first to its last moment. */
  readonly duration: number;
  /** Calls whose latency counts: successes, and time-outs with the time they had waited. */
  readonly samples: number;
  /** Mean latency of these, microseconds; 0 when there are none. */
  readonly latency: number;
  /** Calls that failed or timed out, and those that timed out. */
  readonly drops: number;
  readonly timeouts: number;
  /** Calls that ended otherwise than by cancellation. */
  readonly ended: number;
  /** Calls that asked to be let in, and those of them that were refused. */
  readonly arrivals: number;
  readonly refusals: number;
  /** The most calls that were inside at once. */
  readonly inFlightMax: number;
}

/**
 * How long a round lasts: until all of these hold, or it has lasted for `durationMax` and `samplesMin` calls have ended
 * in it, samples or failures.
 */
export interface RoundSettings {
  readonly samplesMin: number;
  /** Microseconds. */
  readonly durationMin: number;
  readonly durationMax: number;
  /** The standard error of the mean latency, as a share of it, is at most this. */
  readonly errorMax: number;
  /** Whether the calls that were inside when it began are left out: they met another limit. */
  readonly settles: boolean;
}

/** Decides how many calls may be inside at once. Pure: all it knows are the rounds. */
export interface LimitAlgorithm {
  readonly rounds: RoundSettings;
  /** The limit in force; may have a fraction, which counts as its floor. */
  readonly limit: number;
  /** A round is over at `now` (microseconds): sets the limit for the next. */
  update(round: Round, now: number): void;
  /** The numbers it decides on. */
  facts(): RejectionFacts;
}

/** Where a limit starts and how far it may go, whole numbers of calls. */
export interface LimitBounds {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
}

/** Rounds of `duration` microseconds and ten samples at least, so that one outlier is none. */
export function windowsOf(duration: number): RoundSettings {
  return {
    samplesMin: 10,
    durationMin: duration,
    durationMax: duration,
    errorMax: Number.POSITIVE_INFINITY,
    settles: false,
  };
}
