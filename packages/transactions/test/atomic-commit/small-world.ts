import type { Duration } from '@holdfast/core';
import { type ExploreResult, explore, type RunResult, runSeedSync } from '@holdfast/simulation';
import { atomicCommit, type CommitProtocol } from './scenario.ts';

const begin = { at: 1_000, client: 'user', operation: { no: null } } as const;
const calm = { version: 1, network: { loss: 0, latency: { min: '1ms', max: '1ms' } } } as const;

/** Every two crashes, at moments between any two messages of the protocol and of its termination. */
export function everyTwoCrashes(protocol: CommitProtocol): Promise<ExploreResult> {
  const scenario = atomicCommit(protocol, { kinds: ['crash'], base: calm });
  const steps = (from: number, to: number): Duration[] =>
    Array.from({ length: (to - from) / 500 }, (_, index) => `${from + index * 500}us` as const);
  return explore(
    { ...scenario, operations: () => [begin] },
    {
      troubles: ['c', 'p1', 'p2'].map((host) => ({ kind: 'crash', host })),
      moments: [...steps(1_250, 7_250), ...steps(32_250, 38_250)],
      lengths: ['100ms'],
      faultsMax: 2,
    },
  );
}

/** One has voted and is dead while the others commit; when it is back, all of them are dead. */
export function aloneAfterAll(): RunResult {
  return runSeedSync(atomicCommit('three-phase'), {
    seed: 1,
    storm: '250ms',
    plan: {
      ...calm,
      faults: [
        { at: '3500us', for: '60ms', kind: 'crash', host: 'p1' },
        ...['c', 'p2', 'p3'].map((host) => ({ at: '55ms', for: '150ms', kind: 'crash', host }) as const),
      ],
    },
    operations: [begin],
  });
}
