/**
 * `npm run scenarios`: situations in which today's libraries misbehave and Holdfast must not. Peers are
 * observed, each in the newest version that supports the running Node; only Holdfast can fail.
 * `npm run scenarios -- --node=24` runs on the Node that the published results are taken on.
 */
import { fileURLToPath } from 'node:url';
import { moveToReferenceNode } from './harness/node-version.ts';
import { table } from './harness/table.ts';
import { bulkheads } from './scenarios/cases/bulkheads.ts';
import { lateOutcomes } from './scenarios/cases/late-outcomes.ts';
import { leftovers } from './scenarios/cases/leftovers.ts';
import { probes } from './scenarios/cases/probes.ts';
import { refusals } from './scenarios/cases/refusals.ts';
import { retries } from './scenarios/cases/retries.ts';
import { timeouts } from './scenarios/cases/timeouts.ts';
import { wallClock } from './scenarios/cases/wall-clock.ts';
import { windows } from './scenarios/cases/windows.ts';
import type { Scenario, Subject, Verdict } from './scenarios/scenario.ts';
import { cockatielSubject } from './scenarios/subjects/cockatiel.ts';
import { effectSubject } from './scenarios/subjects/effect.ts';
import { holdfastSubject } from './scenarios/subjects/holdfast.ts';
import { limiterSubject } from './scenarios/subjects/limiter.ts';
import { opossumSubject } from './scenarios/subjects/opossum.ts';
import { pRetrySubject } from './scenarios/subjects/p-retry.ts';
import { rateLimiterFlexibleSubject } from './scenarios/subjects/rate-limiter-flexible.ts';

if (process.argv.includes('--node=24')) moveToReferenceNode(fileURLToPath(import.meta.url), []);

const scenarios: readonly Scenario[] = [
  ...lateOutcomes,
  ...wallClock,
  ...probes,
  ...refusals,
  ...windows,
  ...retries,
  ...bulkheads,
  ...timeouts,
  ...leftovers,
];
const subjects: readonly Subject[] = [
  holdfastSubject,
  cockatielSubject,
  opossumSubject,
  effectSubject,
  pRetrySubject,
  limiterSubject,
  rateLimiterFlexibleSubject,
];

let passed = 0;
let failed = 0;
console.log(`Node ${process.versions.node}. WRONG is an observation of a peer, and a failure of Holdfast.`);
for (const scenario of scenarios) {
  console.log(`\n${scenario.name}: ${scenario.about}`);
  const rows: string[][] = [];
  for (const subject of subjects) {
    const verdict = await observe(scenario, subject);
    if (verdict === undefined) continue;
    if (subject === holdfastSubject) verdict.right ? passed++ : failed++;
    rows.push([
      `  ${verdict.right ? 'right' : 'WRONG'}`,
      `${subject.name} ${subject.version}`,
      verdict.observed,
    ]);
  }
  console.log(table(rows, [0, 1, 2]));
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** A library that throws where an answer was due is wrong, too. */
async function observe(scenario: Scenario, subject: Subject): Promise<Verdict | undefined> {
  try {
    return await scenario.run(subject);
  } catch (error) {
    return { right: false, observed: `threw ${error}` };
  }
}
