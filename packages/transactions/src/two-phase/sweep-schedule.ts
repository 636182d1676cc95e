import { type Duration, toPositiveMicros } from '@holdfast/core';
import { isLedgerOver } from '../ledger/ledger-errors.ts';
import { sleptFor } from '../slept-for.ts';
import { type SweepReport, type SweptPlace, sweepOnce } from './sweep-once.ts';

/** When sweeps are made, and who hears of them. */
export interface SweepSchedule {
  /** From the end of one sweep to the beginning of the next. Default '30s'. */
  readonly every?: Duration;
  /** How long one resource may take. Default '10s'. */
  readonly timeout?: Duration;
  /** Told of each sweep. */
  readonly onSweep?: (report: SweepReport) => void;
}

/** A schedule, checked. Times are microseconds. */
export interface CheckedSchedule {
  readonly every: number;
  readonly timeout: number;
  readonly onSweep: ((report: SweepReport) => void) | undefined;
}

/** @throws HoldfastError INVALID_ARGUMENT, naming a field after `prefix`. */
export function checkSchedule(
  { every = '30s', timeout = '10s', onSweep }: SweepSchedule,
  prefix = '',
): CheckedSchedule {
  return {
    every: toPositiveMicros(every, `${prefix}every`),
    timeout: toPositiveMicros(timeout, `${prefix}timeout`),
    onSweep,
  };
}

/** Sweeps again and again. Resolves when `signal` has aborted, or the worker's time is over. */
export async function keepSweeping(
  place: SweptPlace,
  { every, timeout, onSweep }: CheckedSchedule,
  signal: AbortSignal,
): Promise<void> {
  const { world } = place;
  try {
    do {
      const report = await sweepOnce(place, timeout, signal);
      try {
        onSweep?.(report);
      } catch (error) {
        // The listener's own fault, told as one that nobody catches; the sweep goes on.
        void Promise.reject(error);
      }
    } while (await sleptFor(`${every}us`, { world, signal }));
  } catch (error) {
    // Who opens the ledger anew sweeps anew.
    if (!signal.aborted && !isLedgerOver(error)) throw error;
  }
}
