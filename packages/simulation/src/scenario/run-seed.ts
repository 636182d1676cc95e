import { invalidArgument } from '@holdfast/core';
import { Run } from './run.ts';
import { type RunInputs, runInputs } from './run-inputs.ts';
import type { RunOptions } from './run-options.ts';
import type { RunResult } from './run-result.ts';
import type { AnyScenario } from './scenario.ts';

/**
 * Makes one run of `scenario`: starts its hosts, lets faults strike while operations are done, heals everything, waits
 * for progress, and checks. What fails is a verdict, never an error. A failure is traced by running the seed again with
 * `trace`.
 *
 * @throws HoldfastError INVALID_ARGUMENT when an option or the plan cannot work.
 */
export async function runSeed(scenario: AnyScenario, options: RunOptions): Promise<RunResult> {
  return runWith(runInputs(scenario, options));
}

/** Makes the run of checked inputs. */
export async function runWith(inputs: RunInputs): Promise<RunResult> {
  return inputs.scenario.synchronous ? synchronously(inputs) : asynchronously(inputs);
}

/**
 * As {@link runSeed}, at once; for scenarios that are `synchronous`.
 *
 * @throws HoldfastError INVALID_ARGUMENT as there, and for a scenario that is not.
 */
export function runSeedSync(scenario: AnyScenario, options: RunOptions): RunResult {
  const inputs = runInputs(scenario, options);
  if (!inputs.scenario.synchronous) {
    throw invalidArgument('scenario.synchronous', scenario.synchronous, 'true; use runSeed for others');
  }
  return synchronously(inputs);
}

function synchronously(inputs: RunInputs): RunResult {
  const run = new Run(inputs);
  try {
    run.begin();
    run.world.runForSync(`${inputs.storm}us`);
    run.heal();
    while (!run.settled) run.world.runForSync(`${run.slice}us`);
  } catch (error) {
    run.broke(error);
  }
  return run.finish();
}

async function asynchronously(inputs: RunInputs): Promise<RunResult> {
  const run = new Run(inputs);
  try {
    run.begin();
    await run.world.runFor(`${inputs.storm}us`);
    run.heal();
    while (!run.settled) await run.world.runFor(`${run.slice}us`);
  } catch (error) {
    run.broke(error);
  }
  return run.finish();
}
