import { invalidArgument } from '@holdfast/core';
import { replayCall, replayFile } from '../scenario/replay.ts';
import type { RunResult } from '../scenario/run-result.ts';
import { runSeed } from '../scenario/run-seed.ts';
import type { AnyScenario } from '../scenario/scenario.ts';
import { countDecisions, decisionsOf, describeDecisions } from './decisions.ts';
import type { Failure, ShrinkOptions } from './failure.ts';
import { optionsOf, Shrinker } from './shrinker.ts';

/** How many decisions {@link Failure.text} shows. */
const linesMax = 40;

/**
 * Makes the failed run `found` smaller: fewer improbable choices, operations and faults, then simpler and shorter faults,
 * fewer hosts, a shorter storm. What it returns fails of the same, with the same verdict and the same invariant, and has
 * been run once more to see that it does. A run that is not the same twice cannot be shrunk, and stays as it was.
 *
 * @throws HoldfastError INVALID_ARGUMENT when `found` passed, or is of another scenario.
 */
export async function shrinkFailure(
  scenario: AnyScenario,
  found: RunResult,
  { runsMax = 1_000, commit, replayLine: lineOf = replayCall }: ShrinkOptions = {},
): Promise<Failure> {
  if (found.verdict === 'passed') throw invalidArgument('found.verdict', 'passed', 'that of a failed run');
  if (found.scenario !== scenario.name) {
    throw invalidArgument('found.scenario', found.scenario, `'${scenario.name}'`);
  }
  const { trace: _trace, ...untraced } = found;
  const shrinker = new Shrinker(scenario, untraced, runsMax);
  if (found.verdict !== 'nondeterminism') await shrinker.shrink();
  const shrunk = await runAgain(scenario, shrinker.best);
  const lines = [
    `${found.scenario} failed (${found.verdict}) with seed ${found.seed}: ${found.text}`,
    `found with ${countDecisions(found)}`,
    ...(found.verdict === 'nondeterminism'
      ? ['not shrunk: it is another run each time']
      : [
          `shrunk in ${shrinker.runs} runs to ${countDecisions(shrunk)}`,
          ...describeDecisions(shrunk, linesMax).map((line) => `  ${line}`),
        ]),
    ...(shrunk.text === found.text ? [] : [`  ${shrunk.text}`]),
    ...(shrunk.thrownAt === undefined ? [] : [`thrown at ${shrunk.thrownAt}`]),
    `replay: ${lineOf(found)}`,
  ];
  return {
    found,
    shrunk,
    decisionsFound: decisionsOf(found),
    decisions: decisionsOf(shrunk),
    runs: shrinker.runs,
    replayLine: lineOf(found),
    replayFile: replayFile(shrunk, { commit }),
    text: lines.join('\n'),
  };
}

/** The run with its trace. Where it is another run this time, that is the failure. */
async function runAgain(scenario: AnyScenario, best: RunResult): Promise<RunResult> {
  const again = await runSeed(scenario, { ...optionsOf(best), trace: true });
  if (again.digest === best.digest && best.verdict !== 'nondeterminism') return again;
  const text =
    best.verdict === 'nondeterminism'
      ? best.text
      : `the run has digest ${best.digest}, and when it is made again ${again.digest}`;
  return { ...again, verdict: 'nondeterminism', text };
}
