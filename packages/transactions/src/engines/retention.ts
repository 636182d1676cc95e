import { type Duration, invalidArgument, toMicros } from '@holdfast/core';
import type { RunTable } from './run-table.ts';
import type { TableRun } from './table-run.ts';

export interface RetentionOptions {
  /** How long a run that has ended is kept, so that its id still means that run. Default '7d'. */
  readonly retention?: Duration | undefined;
  /** As many runs that have ended are kept at most; the earliest are forgotten first. Default 100,000. */
  readonly retainedMax?: number | undefined;
}

/** Decides when runs that have ended are forgotten. */
export class Retention {
  readonly #millis: number;
  readonly #runsMax: number;

  constructor({ retention = '7d', retainedMax = 100_000 }: RetentionOptions) {
    this.#millis = toMicros(retention, 'retention') / 1_000;
    if (!(Number.isSafeInteger(retainedMax) && retainedMax >= 0)) {
      throw invalidArgument('retainedMax', retainedMax, 'a whole number from 0');
    }
    this.#runsMax = retainedMax;
  }

  /** The run that ended earliest, if its time is over at `wall`; taken from the list of those that have ended. */
  takeExpired({ ended }: RunTable, wall: number): TableRun | undefined {
    const { oldest } = ended;
    if (oldest === undefined) return undefined;
    return this.isOver(oldest.changedAt, ended.size, wall) ? ended.takeOldest() : undefined;
  }

  /** Whether the time of the run that ended earliest, of `count` that have, is over at `wall`. */
  isOver(endedAt: number, count: number, wall: number): boolean {
    return count > this.#runsMax || endedAt + this.#millis < wall;
  }
}
