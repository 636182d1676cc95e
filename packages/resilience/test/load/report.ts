import { readFileSync, writeFileSync } from 'node:fs';
import { breakers, compareBreakers } from './compare-breakers.ts';
import { compareLimits, type LimitResult, limits } from './compare-limits.ts';
import { lossesOf, runShedding } from './compare-shedding.ts';
import { compareTimeouts, timeouts } from './compare-timeouts.ts';
import { clients, recoveryOf, runMetastable } from './metastable.ts';
import { metastableProfile } from './profiles.ts';

// Runs every comparison and writes its tables into docs/adaptive.md, between the marks:
//   npx tsx --conditions=@holdfast/source packages/resilience/test/load/report.ts

const page = new URL('../../../../docs/adaptive.md', import.meta.url);
const [startMark, endMark] = ['<!-- generated: begin -->', '<!-- generated: end -->'];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const millis = (micros: number): string => `${(micros / 1_000).toFixed(0)} ms`;

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(header),
    line(header.map((_, index) => (index === 0 ? '---' : '--:'))),
    ...rows.map(line),
  ].join('\n');
}

/** One row a profile, one column a contestant; what `best` prefers in a row is bold. */
function compared<Result extends { readonly profile: string }>(
  contestants: readonly string[],
  results: readonly Result[],
  cell: (result: Result) => string,
  best?: (result: Result) => number,
): string {
  const profiles = [...new Set(results.map(({ profile }) => profile))];
  return table(
    ['profile', ...contestants],
    profiles.map((profile) => {
      const row = results.filter((result) => result.profile === profile);
      const top = best === undefined ? undefined : Math.max(...row.map(best));
      const cells = row.map((result) =>
        best?.(result) === top && best ? `**${cell(result)}**` : cell(result),
      );
      return [profile, ...cells];
    }),
  );
}

function limitTables(results: readonly LimitResult[]): string {
  const names = Object.keys(limits);
  const settled = ({ settled }: LimitResult): string =>
    settled.map((ratio) => (Number.isNaN(ratio) ? '-' : ratio.toFixed(2))).join(', ');
  return `## Concurrency limits

Goodput, 99th percentile of the latency, power; the highest power of a row is bold.

${compared(
  names,
  results,
  (r) => `${percent(r.goodput)}, ${millis(r.p99)}, ${r.power.toFixed(2)}`,
  (r) => r.power,
)}

The mean limit over the best one, phase by phase, from 5 s after the phase began; - for a phase of 5 s or less:

${compared(names, results, settled)}`;
}

function timeoutTable(): string {
  const cell = (r: { answered: number; wasted: number }): string =>
    `${percent(r.answered)}, ${r.wasted === 0 ? '-' : millis(r.wasted)}`;
  return `## Timeouts

Answered, of what 1 s would have answered; and what a call without an answer cost.

${compared(Object.keys(timeouts), compareTimeouts(), cell)}`;
}

function breakerTable(): string {
  return `## Breakers

Calls treated wrongly (let through in a fault, refused outside of one); and in brackets the share let through in
faults and the share refused outside of them. The least of a row is bold.

${compared(
  Object.keys(breakers),
  compareBreakers(),
  (r) => `${percent(r.wrong)} (${percent(r.letThrough)}, ${percent(r.refused)})`,
  (r) => -r.wrong,
)}`;
}

function sheddingTable(): string {
  const row = (name: string, shed: boolean): string[] => {
    const report = runShedding(shed);
    return [name, ...lossesOf(report).map(percent), percent(report.goodput), millis(report.p99)];
  };
  return `## Load shedding

Three times what the service can do, in four equal priorities: the share of each that was refused.

${table(
  ['', 'priority 0', '1', '2', '3', 'goodput', 'p99'],
  [row('adaptive limit and shedder', true), row('adaptive limit alone', false)],
)}`;
}

const metastableRuns = 20;

async function metastableTable(): Promise<string> {
  const rows: string[][] = [];
  for (const name of Object.keys(clients)) {
    const recoveries: number[] = [];
    for (let run = 0; run < metastableRuns; run++) {
      const seeded = { ...metastableProfile, seed: metastableProfile.seed + 1_000 * run };
      recoveries.push(recoveryOf(await runMetastable(name, seeded)) ?? Number.POSITIVE_INFINITY);
    }
    recoveries.sort((a, b) => a - b);
    const seconds = (value: number): string =>
      value === Number.POSITIVE_INFINITY ? 'never' : `${value.toFixed(2)} s`;
    rows.push([
      name,
      seconds(recoveries[0]!),
      seconds(recoveries[metastableRuns / 2]!),
      seconds(recoveries.at(-1)!),
    ]);
  }
  return `## A metastable outage

From the end of the cause until, in every second, nine tenths as many calls succeed as come; ${metastableRuns} runs:

${table(['clients', 'best', 'median', 'worst'], rows)}`;
}

const generated = [
  limitTables(compareLimits()),
  timeoutTable(),
  breakerTable(),
  sheddingTable(),
  await metastableTable(),
].join('\n\n');
const text = readFileSync(page, 'utf8');
const [before, after] = [text.split(startMark)[0], text.split(endMark)[1]];
writeFileSync(page, `${before}${startMark}\n\n${generated}\n\n${endMark}${after}`);
console.log(generated);
