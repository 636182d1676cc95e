// Which kinds of faults struck members in which role and phase, over all scenarios of Raft: `npm run simulate:coverage
// [-- --seeds 200]`. Writes the table into docs/simulation-results.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { raftPlaces, raftScenarios } from '@holdfast/raft/testkit';
import { CoverageTally, campaign, coverageReport } from '@holdfast/simulation';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '200' } } });
const page = new URL('../../../../docs/simulation-results.md', import.meta.url);
const tally = new CoverageTally();
let runs = 0;
for (const scenario of Object.values(raftScenarios)) {
  const result = await campaign(scenario, {
    seeds: Number(values.seeds),
    strategy: 'mixed',
    runTwiceEvery: 0,
    failuresMax: 1_000,
  });
  tally.add(result.coverage);
  runs += result.runs;
  for (const { seed, text } of result.failures) console.log(`FAILED ${scenario.name} ${seed}: ${text}`);
}
const { cells } = tally.toJSON();
const { text, empty } = coverageReport(
  { cells: cells.filter(({ role }) => role !== 'down') },
  { expectedCoverage: raftPlaces },
);
console.log(`${text}\n${empty.length} cells are empty after ${runs} runs`);
const [begin, end] = ['<!-- coverage: begin -->', '<!-- coverage: end -->'];
const old = readFileSync(page, 'utf8');
writeFileSync(
  page,
  `${old.slice(0, old.indexOf(begin) + begin.length)}\n\n${runs} runs:\n\n\`\`\`text\n${text}\n\`\`\`\n\n${old.slice(old.indexOf(end))}`,
);
