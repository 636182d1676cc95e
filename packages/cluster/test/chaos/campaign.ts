/**
 * `npm run chaos -- [--seeds 200] [--from 1] [--seconds 12]`: many runs of real members under faults, each from a seed of its own.
 * Prints a line for each, and the whole plan of one that fails. Needs root, and Debian's iproute2, nftables, strace and
 * faketime.
 */
import { parseArgs } from 'node:util';
import { runChaos } from './chaos-run.ts';
import { holdfastSubject } from './holdfast-subject.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '12' },
  },
});
const from = Number(values.from);
const seconds = Number(values.seconds);
let passed = 0;
let failed = 0;
for (let seed = from; seed < from + Number(values.seeds); seed++) {
  const report = await runChaos(holdfastSubject, `${seed}`, seconds * 1_000);
  const { violations, plan, operations, unknown, events, leases, ends } = report;
  const kinds = [...new Set(plan.map(({ fault }) => fault.kind))].join(' ');
  console.log(
    `seed ${seed}: ${violations.length === 0 ? 'passed' : 'FAILED'}, ${operations} operations (${unknown} unknown), ` +
      `${events} events watched, ${leases} leases, ${ends.length} ends of processes; ${kinds}`,
  );
  for (const violation of violations) console.log(`  ${violation}`);
  if (violations.length > 0) console.log(`  ${JSON.stringify(plan)}\n  ${ends.join('\n  ')}`);
  if (violations.length === 0) passed++;
  else failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
