import { raftScenarios } from '@holdfast/raft/testkit';
import { runSeedSync } from '@holdfast/simulation';
import type { Subject } from '../../harness/area.ts';

/**
 * Virtual seconds of five members under load and faults, with invariants after every event and the clients' history
 * checked at the end: operations per second are times real time.
 */
export const raftSpeedup: Subject = () => {
  const scenario = raftScenarios['raft-five']!;
  let seed = 0;
  let ahead = 0;
  return {
    run(seconds) {
      for (ahead -= seconds; ahead < 0; seed++) {
        const { verdict, text, time } = runSeedSync(scenario, { seed });
        if (verdict !== 'passed') throw new Error(`seed ${seed}: ${text}`);
        ahead += time / 1_000_000;
      }
    },
  };
};
