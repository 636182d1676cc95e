import { checkDeterminism, describeDivergence } from '../determinism/check-determinism.ts';
import { runInputs } from './run-inputs.ts';
import type { RunOptions } from './run-options.ts';
import type { RunResult } from './run-result.ts';
import { runWith } from './run-seed.ts';
import type { AnyScenario } from './scenario.ts';

/**
 * Makes a run twice and compares them, event for event. Two different runs are a failure of their own
 * (`nondeterminism`), whatever else they found: nothing that such a scenario shows can be replayed.
 */
export async function runTwice(
  scenario: AnyScenario,
  options: Omit<RunOptions, 'trace'>,
): Promise<RunResult> {
  let result: RunResult | undefined;
  const divergence = await checkDeterminism(async (witness) => {
    const latest = await runWith({ ...runInputs(scenario, options), witness });
    result ??= latest;
    return `${latest.verdict}, digest ${latest.digest}: ${latest.text}`;
  });
  if (divergence === undefined) return result!;
  return { ...result!, verdict: 'nondeterminism', text: describeDivergence(divergence) };
}
