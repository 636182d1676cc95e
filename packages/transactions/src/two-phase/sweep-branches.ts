import {
  type Duration,
  isHoldfastError,
  platformWorld,
  sleep,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import { withinTime } from '../atomic-commit/within-time.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type BranchId, readTransactionName, transactionPrefix } from './branch-id.ts';
import { judgeOrphan } from './judge-orphan.ts';
import type { BranchOutcome } from './resource.ts';
import type { AnyResource } from './two-phase.ts';

export interface SweepOptions {
  readonly ledger: Ledger;
  /** Wherever the ledger's transactions have branches: `transfer.resources`. */
  readonly resources: readonly AnyResource[];
  /** From the end of one sweep to the beginning of the next. Default '30s'. */
  readonly every?: Duration;
  /** How long one resource may take. Default '10s'. */
  readonly timeout?: Duration;
  /** Told of each sweep. */
  readonly onSweep?: (report: SweepReport) => void;
  /** Default the platform's. */
  readonly world?: World;
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

/** Made by {@link sweepBranches}. */
export interface BranchSweeper {
  /** Sweeps now. */
  sweep(signal?: AbortSignal): Promise<SweepReport>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Ends branches in doubt that no coordinator sees to any more: those prepared by a process that was stopped or cut off while
 * its transaction was rolled back elsewhere. Only branches named after this ledger are touched. Start one where a ledger has
 * two-phase commits; several at a time do no harm.
 *
 *     await using sweeper = sweepBranches({ ledger, resources: transfer.resources });
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function sweepBranches(options: SweepOptions): BranchSweeper {
  const { ledger, resources, world = platformWorld(), every = '30s', timeout = '10s', onSweep } = options;
  const settings = { ledger, resources, world, timeout: toPositiveMicros(timeout, 'timeout') };
  const pause = toPositiveMicros(every, 'every');
  const closing = new AbortController();
  const { signal } = closing;
  const goOn = async (): Promise<void> => {
    while (!signal.aborted) {
      const report = await sweepOnce(settings, signal);
      try {
        onSweep?.(report);
      } catch (error) {
        // The caller's own fault, told as one that nobody catches; the sweep goes on.
        void Promise.reject(error);
      }
      await sleep(`${pause}us`, { world, signal });
    }
  };
  // It ends with itself, or with its ledger: who opens that anew sweeps anew.
  const going = goOn().catch((error: unknown) => {
    if (!signal.aborted && !isOver(error)) throw error;
  });
  const close = async (): Promise<void> => {
    closing.abort();
    await going;
  };
  return { sweep: (own = signal) => sweepOnce(settings, own), close, [Symbol.asyncDispose]: close };
}

interface SweepSettings extends Required<Pick<SweepOptions, 'ledger' | 'resources' | 'world'>> {
  /** Microseconds. */
  readonly timeout: number;
}

async function sweepOnce(settings: SweepSettings, signal: AbortSignal): Promise<SweepReport> {
  const swept: SweptBranch[] = [];
  const left: BranchId[] = [];
  const unreachable: string[] = [];
  const sweepAt = async (resource: AnyResource): Promise<void> => {
    const { world, timeout } = settings;
    const look = (limit: AbortSignal) => sweepResource(settings.ledger, resource, swept, left, limit);
    try {
      await withinTime(world, timeout, signal, `the sweep of ${resource.name}`, look);
    } catch (error) {
      if (signal.aborted || isOver(error)) throw error;
      unreachable.push(resource.name);
    }
  };
  const able = settings.resources.filter(({ abilities }) => abilities.prepare);
  await Promise.all(able.map(sweepAt));
  return { swept, left, unreachable };
}

async function sweepResource(
  ledger: Ledger,
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

/** The worker's time is over. */
function isOver(error: unknown): boolean {
  return isHoldfastError(error) && ['LEDGER_CLOSED', 'LEDGER_FENCED', 'LEDGER_FAILED'].includes(error.code);
}
