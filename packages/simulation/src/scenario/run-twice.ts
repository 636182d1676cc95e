import { formatMicros } from '@holdfast/core';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { RunOptions } from './run-options.ts';
import type { RunResult } from './run-result.ts';
import { runSeed } from './run-seed.ts';
import type { AnyScenario } from './scenario.ts';

/**
 * Makes a run twice and compares them, event for event. Two different runs are a failure of their own
 * (`nondeterminism`), whatever else they found: nothing that such a scenario shows can be replayed.
 */
export async function runTwice(scenario: AnyScenario, options: RunOptions): Promise<RunResult> {
  const { trace: firstTrace = [], ...first } = await runSeed(scenario, { ...options, trace: true });
  const { trace: secondTrace = [], ...second } = await runSeed(scenario, { ...options, trace: true });
  const difference = firstDifference(firstTrace, secondTrace) ?? differenceInSum(first, second);
  const result: RunResult =
    difference === undefined ? first : { ...first, verdict: 'nondeterminism', text: difference };
  return options.trace ? { ...result, trace: firstTrace } : result;
}

function firstDifference(first: readonly TraceEvent[], second: readonly TraceEvent[]): string | undefined {
  const length = Math.max(first.length, second.length);
  for (let index = 0; index < length; index++) {
    const [one, other] = [textOf(first[index]), textOf(second[index])];
    if (one === other) continue;
    const at = formatMicros((first[index] ?? second[index])!.at);
    return `two runs of the seed differ from trace event ${index} on, at ${at}: first ${one}, then ${other}`;
  }
  return undefined;
}

function differenceInSum(first: RunResult, second: RunResult): string | undefined {
  if (first.digest !== second.digest) {
    return `two runs of the seed have different digests: first ${first.digest} after ${first.events} events, then ${second.digest} after ${second.events}`;
  }
  if (first.verdict === second.verdict && first.text === second.text) return undefined;
  return `two runs of the seed end differently: first ${first.verdict} ${first.text}, then ${second.verdict} ${second.text}`;
}

function textOf(event: TraceEvent | undefined): string {
  return event === undefined ? 'nothing more' : JSON.stringify(event);
}
