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
import { optimumOf, phasesOf } from './conditions.ts';
import type { LoadProfile } from './profile.ts';
import { limitProfiles } from './profiles.ts';
import { type Gate, type LoadReport, simulate } from './simulate.ts';

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

export interface LimitResult extends LoadReport {
  readonly profile: string;
  readonly algorithm: string;
  /** For each phase: the mean limit from 5 s after its beginning on, over the best one. */
  readonly settled: readonly number[];
}

export function runLimit(profile: LoadProfile, name: string): LimitResult {
  const report = simulate(profile, () => gateOf(limits[name]!(profile)));
  const settled = phasesOf(profile).map(({ at, until, conditions }) => {
    const part = report.limits.slice((at + 5_000_000) / 100_000, until / 100_000);
    return part.reduce((sum, limit) => sum + limit, 0) / part.length / optimumOf(conditions);
  });
  return { ...report, profile: profile.name, algorithm: name, settled };
}

export function compareLimits(): readonly LimitResult[] {
  return limitProfiles.flatMap((profile) => Object.keys(limits).map((name) => runLimit(profile, name)));
}
