import type { HoldfastError } from '@holdfast/core';
import { simulationErrors } from '../errors.ts';
import type { Failure } from '../shrink/failure.ts';
import { traceText } from '../trace/trace-text.ts';

/** Lines of the trace that an error shows. */
const linesMax = 25;

/** What a chaos test fails with: the verdict, what it takes, how to run it again, what happens, where to look at it. */
export function chaosFailure(failure: Failure, written: readonly string[]): HoldfastError {
  const { found, shrunk } = failure;
  return simulationErrors.create('SCENARIO_FAILED', {
    message: [
      failure.text,
      '',
      ...traceText(shrunk.trace ?? [], linesMax)
        .split('\n')
        .map((line) => `  ${line}`),
      ...(written.length === 0 ? [] : ['', ...written]),
    ].join('\n'),
    context: { scenario: found.scenario, seed: found.seed, verdict: found.verdict },
  });
}

/** What it fails with when the seeds take too long. */
export function tooSlow(name: string, runs: number, seeds: number, timeoutMillis: number): HoldfastError {
  return simulationErrors.create('SEEDS_UNFINISHED', {
    message:
      `${name}: ${runs} of ${seeds} seeds passed within ${timeoutMillis} ms, the rest did not run: ` +
      'give it a longer timeout or fewer seeds',
    context: { runs, seeds, timeoutMillis },
    stack: false,
  });
}
