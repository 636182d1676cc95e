import { platformWorld } from '@holdfast/core';
import type { Announcements } from '../../connection/announcements.ts';
import type { BatchNumbers } from './batch-numbers.ts';
import { LeaseEnd } from './lease-end.ts';
import type { WorkerLife } from './worker-life.ts';

export interface LeaseKeepingOptions {
  readonly connection: Announcements;
  readonly schema: string;
  readonly worker: number;
  readonly types: readonly string[];
  /** Microseconds. */
  readonly lease: number;
  /** Microseconds that a run is kept after it has ended. */
  readonly retention: number;
  readonly numbers: BatchNumbers;
  readonly life: WorkerLife;
  /** There are runs that nobody drives. */
  readonly workFound: () => void;
  /** It could not be renewed in time. */
  readonly over: () => void;
}

/** Of the lease: where the clocks of the server and of this machine differ in speed, the lease still ends here first. */
const leaseShare = 0.98;
/** Renewals are tried so often within a lease. */
const renewals = 3;
/** Runs that are forgotten at once. */
const forgottenMax = 1_000;
const forgetEveryMicros = 60_000_000;

/** Keeps the lease of a worker, and does with it what is done now and then: looks for work, and forgets runs. */
export class LeaseKeeping {
  readonly #options: LeaseKeepingOptions;
  readonly #end: LeaseEnd;
  #keeping: Promise<void> | undefined;

  constructor(options: LeaseKeepingOptions) {
    this.#options = options;
    this.#end = new LeaseEnd(options.lease * leaseShare, options.over);
  }

  /** @param askedAt - when the lease was asked for, in microseconds of the monotonic clock. */
  begin(askedAt: number): void {
    this.#end.renew(askedAt);
    this.#keeping = this.#keep();
  }

  /** Once the worker's life is over. */
  end(): void {
    this.#end.cancel();
  }

  async settled(): Promise<void> {
    await this.#keeping;
  }

  async #keep(): Promise<void> {
    const { life, lease } = this.#options;
    const { clock } = platformWorld();
    let forgotAt = clock.now() - forgetEveryMicros;
    while (await life.pause(lease / 1_000 / renewals)) {
      try {
        await this.#renew();
        if (clock.now() - forgotAt < forgetEveryMicros) continue;
        forgotAt = clock.now();
        await this.#forget();
      } catch (error) {
        if (!life.bears(error)) return;
      }
    }
  }

  async #renew(): Promise<void> {
    const { connection, schema, worker, lease, numbers, types, workFound } = this.#options;
    const askedAt = platformWorld().clock.now();
    const [row] = await connection.query({
      text: `SELECT ${schema}.renew_lease($1, $2, $3, $4) AS work`,
      values: [worker, lease / 1_000, numbers.oldestOpen, types],
    });
    this.#end.renew(askedAt);
    if (row.work) workFound();
  }

  async #forget(): Promise<void> {
    const { connection, schema, retention } = this.#options;
    await connection.query({
      text: `SELECT ${schema}.forget_runs($1, $2)`,
      values: [retention / 1_000, forgottenMax],
    });
  }
}
