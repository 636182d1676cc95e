import { setImmediate } from 'node:timers/promises';
import { invalidArgument, platformWorld } from '@holdfast/core';
import { CoverageTally } from '../coverage/coverage-tally.ts';
import type { RunOptions } from '../scenario/run-options.ts';
import type { RunResult, RunStrategy } from '../scenario/run-result.ts';
import { runSeed } from '../scenario/run-seed.ts';
import { runTwice } from '../scenario/run-twice.ts';
import type { AnyScenario } from '../scenario/scenario.ts';
import type { CampaignOptions, CampaignResult } from './campaign-options.ts';

/** How long runs may go on, in wall-clock microseconds, before the rest of the process gets a turn. */
const turnMax = 50_000;

/**
 * Runs one seed of `scenario` after the other, the kept ones first, until the count, the time or the failures are
 * reached. The same seeds give the same runs in every campaign.
 *
 * @throws HoldfastError INVALID_ARGUMENT when an option cannot work.
 */
export async function campaign(
  scenario: AnyScenario,
  options: CampaignOptions = {},
): Promise<CampaignResult> {
  const { minutes, runTwiceEvery = 25, failuresMax = 1, onProgress, signal } = options;
  checkCounts(options);
  const { clock } = platformWorld();
  const begun = clock.now();
  const endsAt = minutes === undefined ? Number.POSITIVE_INFINITY : begun + minutes * 60_000_000;
  const coverage = new CoverageTally();
  const failures: RunResult[] = [];
  let runs = 0;
  let runsRepeated = 0;
  let events = 0;
  let time = 0;
  let turnBegun = begun;
  let stopped: CampaignResult['stopped'] = 'seeds';
  for (const run of runsOf(options)) {
    if (clock.now() >= endsAt) stopped = 'minutes';
    else if (failures.length >= failuresMax) stopped = 'failures';
    else if (signal?.aborted) stopped = 'signal';
    if (stopped !== 'seeds') break;
    const repeated = runTwiceEvery > 0 && runs % runTwiceEvery === 0;
    const latest = await (repeated ? runTwice : runSeed)(scenario, run);
    runs++;
    if (repeated) runsRepeated++;
    events += latest.events;
    time += latest.time;
    coverage.add(latest.coverage);
    if (latest.verdict !== 'passed') failures.push(latest);
    onProgress?.({ runs, failures: failures.length, events, time, latest });
    if (clock.now() - turnBegun > turnMax) {
      await setImmediate();
      turnBegun = clock.now();
    }
  }
  if (failures.length >= failuresMax) stopped = 'failures';
  return {
    scenario: scenario.name,
    runs,
    runsRepeated,
    failures,
    coverage: coverage.toJSON(),
    events,
    time,
    tookMillis: (clock.now() - begun) / 1_000,
    stopped,
  };
}

/** The runs of a campaign in their order: kept seeds, then one seed after the other. */
function* runsOf({
  keptSeeds = [],
  minutes,
  seeds = minutes === undefined ? 1_000 : Number.POSITIVE_INFINITY,
  firstSeed = 0,
  strategy = 'swarm',
  plan,
}: CampaignOptions): Iterable<RunOptions> {
  for (const [index, { seed, strategy: own }] of keptSeeds.entries()) {
    yield { seed, strategy: own ?? strategyOf(strategy, index), ...(plan && { plan }) };
  }
  for (let index = 0; index < seeds; index++) {
    const seed = firstSeed + index;
    yield { seed, strategy: strategyOf(strategy, seed), ...(plan && { plan }) };
  }
}

const takingTurns: readonly RunStrategy[] = ['swarm', 'priorities', 'random'];

function strategyOf(strategy: RunStrategy | 'mixed', seed: number): RunStrategy {
  return strategy === 'mixed' ? takingTurns[seed % takingTurns.length]! : strategy;
}

function checkCounts(options: CampaignOptions): void {
  for (const name of ['seeds', 'firstSeed', 'runTwiceEvery', 'failuresMax'] as const) {
    const value = options[name];
    const min = name === 'failuresMax' ? 1 : 0;
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= min)) {
      throw invalidArgument(name, value, `a whole number of at least ${min}`);
    }
  }
  const { minutes } = options;
  if (minutes !== undefined && !(minutes > 0)) throw invalidArgument('minutes', minutes, 'more than 0');
}
