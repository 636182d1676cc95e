import type { World } from '@holdfast/core';
import { withinTime } from '../atomic-commit/within-time.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { isLedgerOver } from '../ledger/ledger-errors.ts';
import { type BranchId, readTransactionName, transactionPrefix } from './branch-id.ts';
import { judgeOrphan } from './judge-orphan.ts';
import type { AnyResource, BranchOutcome } from './resource.ts';

/** Where a ledger's transactions have branches. */
export interface SweptPlace {
  readonly ledger: Pick<Ledger, 'ledgerId' | 'read'>;
  readonly resources: readonly AnyResource[];
  readonly world: World;
}

/** What a sweep has found in doubt, and what it has done about it. */
export interface SweepReport {
  readonly swept: readonly SweptBranch[];
  /** Of runs that are under way: their coordinators see to them. */
  readonly left: readonly BranchId[];
  /** Resources that did not answer. */
  readonly unreachable: readonly string[];
}

export interface SweptBranch {
  readonly branch: BranchId;
  readonly wanted: 'committed' | 'rolled back';
  /** `unknown`: somebody else was faster. */
  readonly found: BranchOutcome;
}

/**
 * Ends the branches in doubt that no coordinator sees to any more.
 *
 * @param timeout - microseconds that one resource may take.
 * @throws HoldfastError of the ledger when that is over; ABORTED.
 */
export async function sweepOnce(
  { ledger, resources, world }: SweptPlace,
  timeout: number,
  signal: AbortSignal,
): Promise<SweepReport> {
  const swept: SweptBranch[] = [];
  const left: BranchId[] = [];
  const unreachable: string[] = [];
  const sweepAt = async (resource: AnyResource): Promise<void> => {
    const look = (limit: AbortSignal) => sweepResource(ledger, resource, swept, left, limit);
    try {
      await withinTime(world, timeout, signal, `the sweep of ${resource.name}`, look);
    } catch (error) {
      if (signal.aborted || isLedgerOver(error)) throw error;
      unreachable.push(resource.name);
    }
  };
  await Promise.all(resources.filter(({ abilities }) => abilities.prepare).map(sweepAt));
  return { swept, left, unreachable };
}

async function sweepResource(
  ledger: SweptPlace['ledger'],
  resource: AnyResource,
  swept: SweptBranch[],
  left: BranchId[],
  signal: AbortSignal,
): Promise<void> {
  for (const branch of await resource.recover(transactionPrefix(ledger.ledgerId), signal)) {
    const name = readTransactionName(branch.transaction);
    // Read after the branch was seen: what has no decision by now gets none, or has a coordinator.
    const run = name === undefined ? undefined : await ledger.read(name.runId, signal);
    const judgement = judgeOrphan(branch, run);
    if (judgement === 'leave') left.push(branch);
    else if (judgement === 'commit') {
      swept.push({ branch, wanted: 'committed', found: await resource.commit(branch, signal) });
    } else swept.push({ branch, wanted: 'rolled back', found: await resource.rollback(branch, signal) });
  }
}
