// Hunts every planted bug with seeds of the scenario that has most to do with it.
// `npm run simulate:mutants:cluster [-- --only <part of a name>] [--minutes 3]`, for each. Ends with `N passed, N failed`.
import { parseArgs } from 'node:util';
import { type RunResult, type RunStrategy, runSeed } from '@holdfast/simulation';
import { type ClusterBug, plantedBugs } from './planted-bugs.ts';
import { scenariosWith } from './scenarios-with.ts';

const strategies: readonly RunStrategy[] = ['swarm', 'priorities', 'random'];

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, minutes: { type: 'string', default: '3' } },
});
let [passed, failed] = [0, 0];
for (const bug of plantedBugs) {
  if (!bug.name.includes(values.only)) continue;
  const { found, runs } = await hunt(bug, Number(values.minutes) * 60_000);
  if (found === undefined) failed++;
  else passed++;
  const how = found === undefined ? 'MISSED' : `found by ${found.seed}, ${found.strategy}: ${found.verdict}`;
  console.log(`${bug.name}\n  ${how}, after ${runs} runs of ${bug.scenario}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function hunt(
  bug: ClusterBug,
  millis: number,
): Promise<{ readonly found: RunResult | undefined; readonly runs: number }> {
  const scenario = (await scenariosWith(bug))[bug.scenario]!;
  const begun = performance.now();
  let runs = 0;
  while (performance.now() - begun < millis) {
    const seed = runs++;
    const result = await runSeed(scenario, { seed, strategy: strategies[seed % strategies.length]! });
    if (result.verdict !== 'passed') return { found: result, runs };
  }
  return { found: undefined, runs };
}
