import { isHoldfastError } from '@holdfast/core';
import type { AnyScenario } from '@holdfast/simulation';
import { currentCommit } from './commit.ts';
import { withConsoleAside } from './console-aside.ts';
import type { Output } from './output.ts';
import { replayRun } from './replay-run.ts';
import type { SearchArguments } from './search-arguments.ts';
import type { SearchOutcome } from './search-outcome.ts';
import { searchScenario } from './search-scenario.ts';
import { UsageError } from './usage-error.ts';

/**
 * Does what the arguments ask for with scenarios: a search, or one run. `commandFor` gives the command for one of them,
 * up to its options. Exit code 1 when anything failed.
 *
 * @throws UsageError when the arguments do not fit the scenarios.
 */
export async function searchCommand(
  scenarios: readonly AnyScenario[],
  commandFor: (scenario: AnyScenario) => string,
  args: SearchArguments,
  output: Output,
): Promise<number> {
  const outcomes: SearchOutcome[] = [];
  try {
    const { replay } = args;
    const chosen = chooseScenarios(scenarios, args, replay?.scenario ?? args.scenario);
    const commit = await knownCommit(args.commit ?? replay?.commit, output);
    for (const scenario of chosen) {
      const place = { command: commandFor(scenario), commit };
      const outcome = await withConsoleAside(args.json, () =>
        replay === undefined
          ? searchScenario(scenario, args, place, output)
          : replayRun(scenario, replay, args, place, output),
      );
      outcomes.push(outcome);
    }
  } catch (error) {
    if (isHoldfastError(error) && error.code === 'INVALID_ARGUMENT') throw new UsageError(error.message);
    throw error;
  }
  if (args.json) output.out(JSON.stringify({ version: 1, outcomes }, null, 2));
  return outcomes.every(({ verdict }) => verdict === 'passed') ? 0 : 1;
}

function chooseScenarios(
  scenarios: readonly AnyScenario[],
  { seed, plan, html, trace }: SearchArguments,
  name: string | undefined,
): readonly AnyScenario[] {
  const names = scenarios.map((scenario) => scenario.name).join(', ');
  const chosen = scenarios.filter((scenario) => name === undefined || scenario.name === name);
  if (chosen.length === 0) throw new UsageError(`there is no scenario '${name}'; there are ${names}`);
  const single = Object.entries({ '--seed': seed, '--plan': plan, '--html': html, '--trace': trace });
  const option = single.find(([, value]) => value !== undefined)?.[0];
  if (chosen.length > 1 && option !== undefined) {
    throw new UsageError(`${option} is for one scenario: choose it with --scenario, of ${names}`);
  }
  return chosen;
}

/** Where the code is; says so where a run is of another commit and may be another one here. */
async function knownCommit(expected: string | undefined, output: Output): Promise<string | undefined> {
  const commit = await currentCommit();
  if (expected !== undefined && !sameCommit(expected, commit)) {
    output.error(
      `this run was found at commit ${expected}, but the code here is ${commit ?? 'not at a commit'}: it may differ`,
    );
  }
  return commit;
}

function sameCommit(expected: string, commit: string | undefined): boolean {
  return commit !== undefined && (commit.startsWith(expected) || expected.startsWith(commit));
}
