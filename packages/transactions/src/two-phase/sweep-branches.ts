import { platformWorld, type World } from '@holdfast/core';
import type { Ledger } from '../ledger/ledger.ts';
import type { AnyResource } from './resource.ts';
import { type SweepReport, sweepOnce } from './sweep-once.ts';
import { checkSchedule, keepSweeping, type SweepSchedule } from './sweep-schedule.ts';

export interface SweepOptions extends SweepSchedule {
  readonly ledger: Ledger;
  /** Wherever the ledger's transactions have branches: `transfer.resources`. */
  readonly resources: readonly AnyResource[];
  /** Default the platform's. */
  readonly world?: World;
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
 * its transaction was rolled back elsewhere. Only branches named after this ledger are touched. Each worker does so for the
 * definitions of its ledger by itself; here it is for resources of a definition that is gone, and for who wants to know at
 * once. Several at a time do no harm.
 *
 *     await using sweeper = sweepBranches({ ledger, resources: formerTransfer.resources });
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function sweepBranches(options: SweepOptions): BranchSweeper {
  const { ledger, resources, world = platformWorld() } = options;
  const schedule = checkSchedule(options);
  const place = { ledger, resources, world };
  const closing = new AbortController();
  const going = keepSweeping(place, schedule, closing.signal);
  const close = async (): Promise<void> => {
    closing.abort();
    await going;
  };
  return {
    sweep: (signal = closing.signal) => sweepOnce(place, schedule.timeout, signal),
    close,
    [Symbol.asyncDispose]: close,
  };
}
