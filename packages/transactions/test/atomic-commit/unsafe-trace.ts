import { type RunResult, runSeedSync, traceText } from '@holdfast/simulation';
import { atomicCommit, partitionsOnly } from './scenario.ts';

/**
 * A run in which three-phase commit is not atomic: found by search, seed 4166, and shrunk. A cut of three milliseconds between
 * the coordinator and all others, when it has just told itself to pre-commit.
 */
export function unsafeRun(): RunResult {
  return runSeedSync(atomicCommit('three-phase', partitionsOnly), {
    seed: 4166,
    plan: { version: 1, faults: [{ at: 35, for: '3ms', kind: 'partition', groups: [['c'], ['*']] }] },
    operations: [{ at: 31_582, client: 'user', operation: { no: null } }],
    trace: true,
  });
}

/** It, as the guide prints it. */
export function unsafeTrace(): string {
  return traceText(unsafeRun().trace!, 80);
}
