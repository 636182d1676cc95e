import { raftScenarios } from '@holdfast/raft/testkit';
import { runSeedSync } from '@holdfast/simulation';
import type { Subject } from '../../harness/area.ts';

/** Runs before the first round, for the optimiser to settle. */
const warmUpSeeds = 100;
const seedsPerRound = 10;

/**
 * Five members under load and faults, with invariants after every event and the clients' history checked at the end:
 * how many virtual seconds pass in one of processor time, all of it counted.
 */
export const raftSpeedup: Subject = () => {
  const scenario = raftScenarios['raft-five']!;
  let seed = 0;
  const measureRound = (): number => {
    const before = process.cpuUsage();
    let virtualMicros = 0;
    for (const end = seed + seedsPerRound; seed < end; seed++) {
      const { verdict, text, time } = runSeedSync(scenario, { seed });
      if (verdict !== 'passed') throw new Error(`seed ${seed}: ${text}`);
      virtualMicros += time;
    }
    const { user, system } = process.cpuUsage(before);
    return virtualMicros / (user + system);
  };
  while (seed < warmUpSeeds) measureRound();
  return { run: measureRound };
};
