import { AdaptiveLimit } from '../../src/adaptive/adaptive-limit.ts';
import { AimdLimit } from '../../src/adaptive/aimd-limit.ts';
import { Gradient2Limit } from '../../src/adaptive/gradient2-limit.ts';
import {
  type LimitAlgorithm,
  type LimitBounds,
  type RoundSettings,
  windowsOf,
} from '../../src/adaptive/limit-algorithm.ts';
import { LimiterCore } from '../../src/adaptive/limiter-core.ts';
import { VegasLimit } from '../../src/adaptive/vegas-limit.ts';
import { attainableIn, optimumOf, type Phase, phasesOf } from './conditions.ts';
import { meanOf } from './draw.ts';
import type { LoadProfile } from './profile.ts';
import { limitProfiles } from './profiles.ts';
import { type Gate, type LoadReport, simulate, warmUp } from './simulate.ts';

const bounds: LimitBounds = { initial: 20, min: 1, max: 200 };

/** A limit that never changes. */
class FixedLimit implements LimitAlgorithm {
  readonly rounds: RoundSettings = windowsOf(1_000_000);
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  update(): void {}

  facts(): Record<string, never> {
    return {};
  }
}

/** The contestants. The fixed limit knows the best one of the start, and has a quarter more for bursts. */
export const limits: Readonly<Record<string, (profile: LoadProfile) => LimitAlgorithm>> = {
  adaptive: () => new AdaptiveLimit(bounds),
  gradient2: () => new Gradient2Limit(bounds),
  vegas: () => new VegasLimit(bounds),
  aimd: () => new AimdLimit(bounds),
  fixed: ({ start }) => new FixedLimit(Math.ceil(optimumOf(start) * 1.25)),
};

export function gateOf(algorithm: LimitAlgorithm): Gate {
  const core = new LimiterCore(algorithm);
  return {
    enter: (now) => (core.enter(now) ? now : undefined),
    exit: (ticket, now, end) => core.exit(ticket, now, end),
    get limit() {
      return core.limit;
    },
  };
}

export interface LimitResult {
  readonly profile: string;
  readonly algorithm: string;
  /** Successes, as a share of what a perfect limit could have given. */
  readonly goodput: number;
  /** 99th percentile of the successes' latency, microseconds. */
  readonly p99: number;
  /**
   * Goodput over latency, both relative to what a perfect limit gives (Kleinrock, "Power and Deterministic Rules of
   * Thumb for Probabilistic Problems in Computer Communications", 1979): highest at the knee, low with a queue as
   * with idle servers.
   */
  readonly power: number;
  /** For each phase: the mean limit from 5 s after its beginning on, over the best one; NaN if it is too short. */
  readonly settled: readonly number[];
}

/** How often each profile is run, with seeds of their own; results are means. */
const runs = 5;
const settlingTime = 5_000_000;
const limitEvery = 100_000;

/** Lets the contestant `name` go through `profile`. */
export function runLimit(profile: LoadProfile, name: string): LimitResult {
  const reports = Array.from({ length: runs }, (_, run) => {
    const seeded = { ...profile, seed: profile.seed + 1_000 * run };
    return simulate(seeded, () => gateOf(limits[name]!(seeded)));
  });
  const mean = (figure: (report: LoadReport) => number): number =>
    reports.reduce((sum, report) => sum + figure(report), 0) / runs;
  const ideal = idealLatency(profile);
  return {
    profile: profile.name,
    algorithm: name,
    goodput: mean(({ goodput }) => goodput),
    p99: mean(({ p99 }) => p99),
    power: mean(({ goodput, spentMean }) => (goodput * ideal) / spentMean),
    settled: phasesOf(profile).map((phase) => mean(({ limits }) => settledIn(phase, limits))),
  };
}

export function compareLimits(): readonly LimitResult[] {
  return limitProfiles.flatMap((profile) => Object.keys(limits).map((name) => runLimit(profile, name)));
}

function settledIn({ at, until, conditions }: Phase, limits: readonly number[]): number {
  const part = limits.slice((at + settlingTime) / limitEvery, until / limitEvery);
  return part.reduce((sum, limit) => sum + limit, 0) / part.length / optimumOf(conditions);
}

/** Mean latency without a queue, weighted by what each phase could serve. */
function idealLatency(profile: LoadProfile): number {
  let calls = 0;
  let latency = 0;
  for (const phase of phasesOf(profile)) {
    const { service, delay } = phase.conditions;
    const attainable = attainableIn(phase, warmUp);
    calls += attainable;
    latency += attainable * (meanOf(service) + meanOf(delay));
  }
  return latency / calls;
}
