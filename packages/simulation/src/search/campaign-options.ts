import type { Coverage } from '../coverage/coverage.ts';
import type { FaultPlan } from '../plan/fault-plan.ts';
import type { RunResult, RunStrategy } from '../scenario/run-result.ts';

/** A seed that is always run first, and why: what it once found. */
export interface KeptSeed {
  readonly seed: number | string;
  readonly why: string;
  /** Default: the campaign's. */
  readonly strategy?: RunStrategy;
}

export interface CampaignOptions {
  /** How many seeds to run, besides the kept ones. Default 1,000, or no limit when `minutes` is given. */
  readonly seeds?: number;
  /** Default 0. */
  readonly firstSeed?: number;
  /** Ends the campaign after so many minutes by the wall clock, between two runs. Default: no limit. */
  readonly minutes?: number;
  /** `mixed` takes them in turn, seed by seed. Default `swarm`. */
  readonly strategy?: RunStrategy | 'mixed';
  /** Executed in every run, instead of plans that are drawn. */
  readonly plan?: FaultPlan;
  readonly keptSeeds?: readonly KeptSeed[];
  /** Runs every so-manieth seed a second time and compares; 0 for never. Default 25. */
  readonly runTwiceEvery?: number;
  /** Stops after so many failures. Default 1. */
  readonly failuresMax?: number;
  /** Called after every run. */
  readonly onProgress?: (progress: CampaignProgress) => void;
  /** Ends the campaign between two runs. */
  readonly signal?: AbortSignal;
}

export interface CampaignProgress {
  readonly runs: number;
  readonly failures: number;
  readonly events: number;
  /** Virtual microseconds so far. */
  readonly time: number;
  /** The run that has just ended. */
  readonly latest: RunResult;
}

export interface CampaignResult {
  readonly scenario: string;
  readonly runs: number;
  /** How many of the runs were made twice. */
  readonly runsRepeated: number;
  readonly failures: readonly RunResult[];
  readonly coverage: Coverage;
  readonly events: number;
  /** Virtual microseconds, all runs together. */
  readonly time: number;
  /** Wall-clock milliseconds that the campaign took. */
  readonly tookMillis: number;
  readonly stopped: 'seeds' | 'minutes' | 'failures' | 'signal';
}
