import { type Duration, invalidArgument, toPositiveMicros } from '@holdfast/core';
import type { AnyScenario } from '../scenario/scenario.ts';
import { campaign } from '../search/campaign.ts';
import type { CampaignOptions } from '../search/campaign-options.ts';
import { shrinkFailure } from '../shrink/shrink-failure.ts';
import { chaosFailure, tooSlow } from './chaos-failure.ts';
import { writeChaosReport } from './chaos-report.ts';
import { chaosEnvironment } from './environment.ts';

/** The `test` function of a runner, as far as Vitest, Jest, Mocha and `node:test` agree about it. */
export type TestFunction = (name: string, run: () => Promise<void>, timeoutMillis?: number) => unknown;

export interface ChaosTestOptions
  extends Pick<CampaignOptions, 'firstSeed' | 'strategy' | 'keptSeeds' | 'runTwiceEvery' | 'plan'> {
  /** How many seeds to run, besides the kept ones. Default 100; HOLDFAST_SEEDS overrides it. */
  readonly seeds?: number;
  /** How long the seeds may take by the wall clock: fails when they take longer. As long again for shrinking. Default '1m'. */
  readonly timeout?: Duration;
  /** Your runner's `test`. Default: the global of that name. */
  readonly test?: TestFunction;
  /** The folder for a page and a trace of the shrunk failure. Default: none are written. */
  readonly report?: string;
}

/**
 * Declares a test: `scenario` passes under all faults that so many seeds draw. When a seed fails, the failure is shrunk,
 * and the error says what it takes, what happens, and how to run it again.
 *
 *     import { chaosTest } from '@holdfast/simulation';
 *     chaosTest('orders survive anything', orders, { seeds: 200 });
 *
 * HOLDFAST_SEED in the environment runs that seed only; HOLDFAST_SEEDS runs so many instead.
 *
 * @throws HoldfastError INVALID_ARGUMENT when an option cannot work, or there is no global `test`.
 */
export function chaosTest(name: string, scenario: AnyScenario, options: ChaosTestOptions = {}): void {
  const timeoutMillis = Math.ceil(toPositiveMicros(options.timeout ?? '1m', 'timeout') / 1_000);
  const declare = options.test ?? (globalThis as { test?: TestFunction }).test;
  if (typeof declare !== 'function') {
    throw invalidArgument(
      'test',
      declare,
      "your runner's test function, where it is not a global: import { test } from 'vitest' or 'node:test'",
    );
  }
  const run = () => prove(name, scenario, options, timeoutMillis);
  // The runner's own limit is there for a run that never ends; the search keeps its time itself.
  declare(name, run, 3 * timeoutMillis);
}

async function prove(
  name: string,
  scenario: AnyScenario,
  options: ChaosTestOptions,
  timeoutMillis: number,
): Promise<void> {
  const { firstSeed, strategy, keptSeeds, runTwiceEvery, plan, report } = options;
  const { seed, seeds = options.seeds ?? 100 } = chaosEnvironment();
  const result = await campaign(scenario, {
    ...(strategy !== undefined && { strategy }),
    ...(runTwiceEvery !== undefined && { runTwiceEvery }),
    ...(plan !== undefined && { plan }),
    ...(seed === undefined
      ? { seeds, ...(firstSeed !== undefined && { firstSeed }), ...(keptSeeds && { keptSeeds }) }
      : {
          seeds: 0,
          keptSeeds: [keptSeeds?.find((kept) => kept.seed === seed) ?? { seed, why: 'it is asked for' }],
        }),
    minutes: timeoutMillis / 60_000,
  });
  const found = result.failures[0];
  if (found === undefined) {
    if (result.stopped === 'minutes') throw tooSlow(name, result.runs, seeds, timeoutMillis);
    return;
  }
  const failure = await shrinkFailure(scenario, found, {
    replayLine: (run) => `HOLDFAST_SEED=${run.seed} and this test again`,
  });
  const written = report === undefined ? [] : await writeChaosReport(report, scenario, failure);
  throw chaosFailure(failure, written);
}
