import { type RunResult, type RunStrategy, runSeedSync } from '@holdfast/simulation';
import type { RaftBug, Subject } from './planted-bugs.ts';
import { scenariosWith } from './scenarios-with.ts';

export interface Hunt {
  /** The run that showed the bug; undefined when none did. */
  readonly found: RunResult | undefined;
  readonly runs: number;
  readonly millis: number;
}

/** A run that showed a bug once: enough to make it again. */
export interface Find {
  readonly scenario: string;
  readonly seed: number;
  readonly strategy: RunStrategy;
}

/** The scenarios that have most to do with a subject: every second run is one of them. */
const focus: Readonly<Partial<Record<Subject, readonly string[]>>> = {
  persistence: ['raft-slow-disks'],
  membership: ['raft-membership'],
  reads: ['raft-deposed'],
  leases: ['raft-lease', 'raft-lease-late', 'raft-lease-abandoned'],
  sessions: ['raft-retries'],
  'flow control': ['raft-limits'],
};

const strategies: readonly RunStrategy[] = ['swarm', 'priorities', 'random'];

/** Runs the same campaign for every bug, over all scenarios in turn, until a run fails or there were `runsMax`. */
export async function hunt(bug: RaftBug, runsMax: number): Promise<Hunt> {
  const begun = performance.now();
  const scenarios = await scenariosWith(bug);
  const favourites = focus[bug.about] ?? [];
  const names = Object.keys(scenarios);
  for (let run = 0; run < runsMax; run++) {
    const favourite = favourites.length > 0 && run % 2 === 0;
    const turn = favourites.length > 0 ? run >> 1 : run;
    const among = favourite ? favourites : names;
    const seed = Math.floor(turn / among.length);
    const scenario = among[turn % among.length]!;
    const found = runSeedSync(scenarios[scenario]!, { seed, strategy: strategies[seed % 3]! });
    if (found.verdict !== 'passed') return { found, runs: run + 1, millis: performance.now() - begun };
  }
  return { found: undefined, runs: runsMax, millis: performance.now() - begun };
}

/** Whether that one run shows the bug. */
export async function shows(bug: RaftBug, { scenario, seed, strategy }: Find): Promise<boolean> {
  const scenarios = await scenariosWith(bug);
  const wanted = scenarios[scenario];
  return wanted !== undefined && runSeedSync(wanted, { seed, strategy }).verdict !== 'passed';
}
