import type { StoredRun } from '../ledger/run.ts';
import { type BranchId, readTransactionName } from './branch-id.ts';
import { readTransaction } from './transaction-state.ts';
import { twoPhaseType } from './two-phase-type.ts';

/** What is to be done with a branch in doubt. */
export type OrphanJudgement = 'commit' | 'roll-back' | 'leave';

/**
 * Judges a branch that was found in doubt, by the run that it says it is of, read from its ledger afterwards. Branches of
 * runs that are under way are left to their coordinators, unless those have decided on another attempt.
 */
export function judgeOrphan({ transaction }: BranchId, run: StoredRun | undefined): OrphanJudgement {
  if (readTransactionName(transaction) === undefined) return 'leave';
  // A run is there before its branches are, and its branches end before it does.
  if (run === undefined) return 'roll-back';
  if (!run.type.startsWith(twoPhaseType)) return 'leave';
  const { phase, decision, end } = readTransaction(run.records);
  if (phase === 'ended') {
    return end?.status === 'committed' && end.decision.transaction === transaction ? 'commit' : 'roll-back';
  }
  return decision !== undefined && decision.transaction !== transaction ? 'roll-back' : 'leave';
}
