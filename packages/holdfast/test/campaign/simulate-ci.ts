// Runs every kept seed of the scenarios of Raft and of the cluster, and then new seeds until the time is up: `--minutes 4`,
// `--first <n>`.
// The first new seed follows from the commit, so that every commit tries others. Ends with `N passed, N failed`.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { clusterKeptSeeds, clusterScenarios } from '@holdfast/cluster/testkit';
import { raftKeptSeeds, raftScenarios } from '@holdfast/raft/testkit';
import { type AnyScenario, campaign, replayLine } from '@holdfast/simulation';

/**
 * Seeds of one scenario before it is another one's turn. Whole members take a hundred times as long as Raft alone, and show
 * more by now.
 */
const seedsOfRaft = 20;
const seedsOfMembers = 2;
/** After so many failures there is enough to look at. */
const failuresMax = 5;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '4' }, first: { type: 'string' } },
});
const commit = commitOf();
const firstSeed = values.first === undefined ? Number.parseInt(commit.slice(0, 7), 16) : Number(values.first);
const scenarios: readonly { readonly scenario: AnyScenario; readonly seedsPerTurn: number }[] = [
  ...Object.values(raftScenarios).map((scenario) => ({ scenario, seedsPerTurn: seedsOfRaft })),
  ...Object.values(clusterScenarios).map((scenario) => ({ scenario, seedsPerTurn: seedsOfMembers })),
];
const keptSeedsOf = { ...raftKeptSeeds, ...clusterKeptSeeds };
const begun = Date.now();
const endsAt = begun + Number(values.minutes) * 60_000;

let passed = 0;
let failed = 0;
let events = 0;
let virtualMicros = 0;
const seedsOf = new Map<string, number>();

for (const { scenario } of scenarios)
  await go(scenario, { seeds: 0, keptSeeds: keptSeedsOf[scenario.name] ?? [] });
console.log(
  `${passed + failed} kept seeds, then new ones from ${firstSeed} on (commit ${commit.slice(0, 12)})`,
);
let turn = 0;
while (Date.now() < endsAt && failed < failuresMax) {
  for (const { scenario, seedsPerTurn } of scenarios) {
    const minutes = (endsAt - Date.now()) / 60_000;
    if (minutes <= 0 || failed >= failuresMax) break;
    await go(scenario, { seeds: seedsPerTurn, firstSeed: firstSeed + turn * seedsPerTurn, minutes });
  }
  turn++;
}
const seconds = (Date.now() - begun) / 1_000;
for (const [name, seeds] of seedsOf) console.log(`${name.padEnd(20)} ${seeds} seeds`);
console.log(
  `${passed + failed} runs of ${scenarios.length} scenarios, ${events} events, ` +
    `${Math.round(virtualMicros / 3_600_000_000)} h of virtual time in ${Math.round(seconds)} s: ` +
    `${Math.round(virtualMicros / 1_000_000 / seconds)} times real time`,
);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function go(scenario: AnyScenario, options: Parameters<typeof campaign>[1]): Promise<void> {
  const result = await campaign(scenario, { strategy: 'mixed', runTwiceEvery: 100, failuresMax, ...options });
  passed += result.runs - result.failures.length;
  failed += result.failures.length;
  events += result.events;
  virtualMicros += result.time;
  seedsOf.set(scenario.name, (seedsOf.get(scenario.name) ?? 0) + result.runs);
  for (const failure of result.failures) {
    console.log(`FAILED ${failure.verdict}: ${failure.text}\n  ${replayLine(failure, { commit })}`);
  }
}

function commitOf(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return '0000000';
  }
}
