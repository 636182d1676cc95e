import { raftScenarios } from '@holdfast/raft/testkit';
import { runSeedSync } from '@holdfast/simulation';
import { hunt } from '../../../packages/raft/test/mutants/hunt.ts';
import { plantedBugs } from '../../../packages/raft/test/mutants/planted-bugs.ts';
import type { Subject } from '../../harness/area.ts';
import { measured } from '../../harness/workload.ts';

const warmUpSeeds = 100;
const countedSeeds = 400;
const runsMax = 600;

/**
 * Virtual seconds of five members under load and faults, with invariants after every event and the clients' history
 * checked at the end, for each second that the processor works on them.
 */
export const raftSpeedup: Subject = () => {
  simulateSeeds(0, warmUpSeeds);
  return measured(() => {
    const before = process.cpuUsage();
    const virtual = simulateSeeds(warmUpSeeds, countedSeeds);
    const { user, system } = process.cpuUsage(before);
    return virtual / (user + system);
  });
};

/** Microseconds of virtual time that so many seeds took. */
function simulateSeeds(first: number, count: number): number {
  const scenario = raftScenarios['raft-five']!;
  let virtual = 0;
  for (let seed = first; seed < first + count; seed++) {
    const { verdict, text, time } = runSeedSync(scenario, { seed });
    if (verdict !== 'passed') throw new Error(`seed ${seed}: ${text}`);
    virtual += time;
  }
  return virtual;
}

/** Hunts each anew, from the first seed on. `docs/simulation-results.md` has them one by one. */
export const plantedBugsFound: Subject = () =>
  measured(async () => {
    let found = 0;
    for (const bug of plantedBugs) if ((await hunt(bug, runsMax)).found !== undefined) found++;
    return (found / plantedBugs.length) * 100;
  });
