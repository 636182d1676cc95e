// Hunts every planted bug with the same campaign, shrinks what it finds, and writes `finds.ts` and the table of
// docs/simulation-results.md. `npm run simulate:mutants [-- --only <part of a name, or a subject>] [--runs 1200]`
// Of a hunt for some of them alone, only the finds are written.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type RunResult, shrinkFailure } from '@holdfast/simulation';
import { finds as findsBefore } from './finds.ts';
import { type Find, hunt } from './hunt.ts';
import { plantedBugs, type RaftBug } from './planted-bugs.ts';
import { scenariosWith } from './scenarios-with.ts';

interface Row {
  readonly bug: RaftBug;
  readonly find: Find | undefined;
  readonly runs: number;
  readonly millis: number;
  readonly verdict: string;
  /** Faults, improbable choices and operations, as found and shrunk. */
  readonly decisions: readonly [found: number, shrunk: number] | undefined;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '1200' },
    shrink: { type: 'string', default: '60' },
  },
});
/** A run of more events, such as a cluster that goes round in circles, is not shrunk: that takes too long. */
const eventsMax = 30_000;
const finds = new URL('./finds.ts', import.meta.url);
const page = new URL('../../../../docs/simulation-results.md', import.meta.url);

const rows: Row[] = [];
for (const bug of plantedBugs) {
  if (!bug.name.includes(values.only) && bug.about !== values.only) continue;
  const row = await rowOf(bug);
  rows.push(row);
  write();
  console.log(
    `${row.find === undefined ? 'MISSED' : 'found'} after ${row.runs} runs: ${bug.about}: ${bug.name}`,
  );
}
const found = foundRows();
console.log(`${found.length} passed, ${rows.length - found.length} failed`);
process.exitCode = found.length === rows.length ? 0 : 1;

/** After every bug, so that a hunt that is broken off leaves what it has. */
function write(): void {
  writeFileSync(finds, findsText());
  if (values.only === '') writeFileSync(page, pageText(readFileSync(page, 'utf8')));
}

async function rowOf(bug: RaftBug): Promise<Row> {
  const { found, runs, millis } = await hunt(bug, Number(values.runs));
  if (found === undefined) {
    return { bug, find: undefined, runs, millis, verdict: 'missed', decisions: undefined };
  }
  const decisions = found.events > eventsMax ? undefined : await shrunk(bug, found);
  const find = { scenario: found.scenario, seed: Number(found.seed), strategy: found.strategy };
  const verdict = found.invariant ?? found.verdict;
  return { bug, find, runs, millis, verdict, decisions };
}

async function shrunk(bug: RaftBug, found: RunResult): Promise<readonly [number, number]> {
  const scenario = (await scenariosWith(bug))[found.scenario]!;
  const runsMax = Number(values.shrink);
  const { decisionsFound, decisions } = await shrinkFailure(scenario, found, { runsMax });
  return [decisionsFound, decisions];
}

function foundRows(): Row[] {
  return rows.filter(({ find }) => find !== undefined);
}

function findsText(): string {
  const lines = plantedBugs.flatMap((bug) => {
    const row = rows.find((each) => each.bug === bug);
    const find = row === undefined ? findsBefore[bug.name] : row.find;
    return find === undefined ? [] : [`  ${JSON.stringify(bug.name)}: ${JSON.stringify(find)},`];
  });
  return [
    '// Written by `npm run simulate:mutants`.',
    "import type { Find } from './hunt.ts';",
    '',
    '/** The run that showed each planted bug when all were last hunted, by the name of the bug. */',
    'export const finds: Readonly<Record<string, Find>> = {',
    ...lines,
    '};',
    '',
  ].join('\n');
}

/** The page with the table in the place of the old one. */
function pageText(old: string): string {
  const [begin, end] = ['<!-- planted bugs: begin -->', '<!-- planted bugs: end -->'];
  const found = foundRows();
  const before = old.slice(0, old.indexOf(begin) + begin.length);
  const after = old.slice(old.indexOf(end));
  const shrunkTo = found.flatMap(({ decisions }) => decisions?.[1] ?? []).sort((one, other) => one - other);
  const runs = found.map((row) => row.runs).sort((one, other) => one - other);
  const summary =
    `${found.length} of ${rows.length} are found; half of them within ${runs[runs.length >> 1] ?? 0} runs. Shrunk (at most ` +
    `${values.shrink} runs each), half of the failures need no more than ${shrunkTo[shrunkTo.length >> 1] ?? 0} decisions. ` +
    `Node ${process.versions.node}, one core of ${cpus().length}.`;
  const table = rows.map(({ bug, find, runs: count, millis, verdict, decisions }) => {
    const where = find === undefined ? '' : `${find.scenario} ${find.seed} ${find.strategy}`;
    const length = decisions === undefined ? '' : `${decisions[0]} → ${decisions[1]}`;
    return `| ${bug.about} | ${bug.name} | ${verdict} | ${count} | ${(millis / 1_000).toFixed(1)} | ${where} | ${length} |`;
  });
  return [
    `${before}\n`,
    `${summary}\n`,
    '| about | planted bug | shown by | runs | seconds | scenario, seed, strategy | decisions, shrunk |',
    '|---|---|---|---:|---:|---|---:|',
    ...table,
    `\n${after}`,
  ].join('\n');
}
