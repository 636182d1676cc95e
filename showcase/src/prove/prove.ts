import { type RunResult, runSeed, runTwice, traceText } from '@holdfast/simulation';
import { runRecovered, sagaEnded } from '@holdfast/transactions';
import { shopScenario } from './shop-scenario.ts';
import { stormRun } from './storm-run.ts';

/** Every so-manieth seed is run a second time, and must go the same way. */
const twiceEvery = 50;

/**
 * Runs the shop through so many seeds of the storm, each in a simulated world of its own. A line for each that fails goes to
 * `told`, with how to see it again; a single one that fails is told event for event. Whether all passed.
 */
export async function prove(
  seeds: number,
  firstSeed: number,
  told: (line: string) => void,
): Promise<boolean> {
  const scenario = shopScenario();
  const count = { committed: 0, 'rolled-back': 0, resumed: 0 };
  const unsubscribe = [
    sagaEnded.subscribe(({ status }) => count[status]++),
    runRecovered.subscribe(() => count.resumed++),
  ];
  const startedAt = performance.now();
  let simulatedMicros = 0;
  let failed = 0;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const run = stormRun(seed);
    const result =
      seeds > 1 && seed % twiceEvery === 0
        ? await runTwice(scenario, run)
        : await runSeed(scenario, { ...run, trace: seeds === 1 });
    simulatedMicros += result.time;
    if (result.verdict === 'passed') continue;
    failed++;
    told(failureText(seed, result));
  }
  for (const stop of unsubscribe) stop();
  const seconds = (performance.now() - startedAt) / 1_000;
  told(
    `${seedCount(seeds)} of the storm, ${lengthText(simulatedMicros)} of simulated time in ${seconds.toFixed(1)} s: ` +
      `${whole(count.committed)} orders committed, ${whole(count['rolled-back'])} rolled back, ` +
      `${whole(count.resumed)} resumed after a crash`,
  );
  told(`${seedCount(seeds - failed)} passed, ${whole(failed)} failed`);
  return failed === 0;
}

function failureText(seed: number, { verdict, text, trace }: RunResult): string {
  const lines = [`seed ${seed} fails (${verdict}): ${text}`, `  replay: npm start -- --prove --seed ${seed}`];
  if (trace !== undefined) lines.unshift(traceText(trace));
  return lines.join('\n');
}

function seedCount(seeds: number): string {
  return `${whole(seeds)} ${seeds === 1 ? 'seed' : 'seeds'}`;
}

function lengthText(micros: number): string {
  const seconds = micros / 1_000_000;
  return seconds < 120 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`;
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}
