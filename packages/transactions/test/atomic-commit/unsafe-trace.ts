import { type RunResult, runSeedSync, traceText } from '@holdfast/simulation';
import { atomicCommit, partitionsOnly } from './scenario.ts';

/**
 * A run in which three-phase commit is not atomic: found by search, seed 197, and shrunk. One participant is cut off for thirty
 * milliseconds, after it has voted and before it is told to pre-commit.
 */
export function unsafeRun(): RunResult {
  return runSeedSync(atomicCommit('three-phase', partitionsOnly), {
    seed: 197,
    plan: { version: 1, faults: [{ at: 63, for: '30ms', kind: 'partition', groups: [['p2'], ['*']] }] },
    operations: [{ at: 59_245, client: 'user', operation: { no: null } }],
    trace: true,
  });
}

/** It, as the guide prints it. */
export function unsafeTrace(): string {
  return traceText(unsafeRun().trace!, 80);
}
