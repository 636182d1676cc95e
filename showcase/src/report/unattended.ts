import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Arguments } from '../arguments.ts';
import { ConsoleProcess } from '../processes/console-process.ts';
import type { Guarded } from '../processes/guarded.ts';
import { choosePorts, chooseStorePorts } from '../processes/ports.ts';
import { type Variant, variants } from '../stack/stack.ts';
import { stormPlan } from '../storm/plan.ts';
import { type Run, run } from './run.ts';
import type { StormReport } from './storm-report.ts';
import { judgeRuns } from './verdict.ts';

const defaultMillis = 60_000;

/** The seeded storm over one stack after the other. Progress goes to `told`. */
export async function unattended(
  args: Arguments,
  guarded: Guarded,
  told: (line: string) => void,
): Promise<StormReport> {
  const { seed, ordersPerSecond, tracesPercent, keep, check } = args;
  const durationMillis = args.durationMillis ?? defaultMillis;
  const chosen = args.stack === undefined ? variants : [args.stack];
  const ports = await choosePorts(args.port);
  const storePorts = await chooseStorePorts();

  const plan = stormPlan(seed, durationMillis);
  const runs: Partial<Record<Variant, Run>> = {};
  for (const [index, variant] of chosen.entries()) {
    told(
      `run ${index + 1} of ${chosen.length}: ${variant}, ${durationMillis / 1_000} s at ${ordersPerSecond} orders/s, seed ${seed}`,
    );
    // One for each run: what it saw of one stack's storm would be the baseline of the next one's.
    const kept = keep === undefined ? undefined : join(keep, variant);
    const console = args.telemetry ? await ConsoleProcess.start(guarded, kept) : undefined;
    if (console !== undefined) told(`the console: ${console.address}`);
    const startedAt = performance.now();
    const done = await run({
      variant,
      seed,
      durationMillis,
      ordersPerSecond,
      plan,
      ports,
      storePorts,
      guarded,
      console,
      tracesPercent,
      told: (what) => told(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${what}`),
    });
    runs[variant] = done;
    await console?.stop();
    if (kept !== undefined && done.seen !== null)
      writeFileSync(`${kept}.json`, JSON.stringify({ storm: plan, ...done.seen }));
  }
  return {
    seed,
    durationSeconds: durationMillis / 1_000,
    ordersPerSecond,
    node: process.version,
    date: new Date().toISOString(),
    storm: plan,
    runs,
    verdict: judgeRuns(runs, check),
  };
}
