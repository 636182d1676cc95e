import type { BranchOutcome } from './resource.ts';

/** What an outcome means to a coordinator. */
export type OutcomeMeaning = 'done' | 'unconfirmed' | 'heuristic';

/**
 * Judges what was found of a prepared branch that was to be ended as `wanted`. Where nothing was found, either a call whose
 * answer was lost has ended it before, or somebody else has, and nobody knows how. `sure`: it is certain that it was
 * prepared, and that no such call was made.
 */
export function judgeOutcome(
  wanted: 'committed' | 'rolled back',
  outcome: BranchOutcome,
  sure: boolean,
): OutcomeMeaning {
  if (outcome === wanted) return 'done';
  if (outcome !== 'unknown' || sure) return 'heuristic';
  return wanted === 'committed' ? 'unconfirmed' : 'done';
}
