import { sleep, throwIfAborted } from '@holdfast/core';
import { unlessAborted } from '@holdfast/transactions/engine';
import { connect, giveBack, rollBack, type Server } from '../../connection/ask.ts';
import { postgresFailure, sqlState } from '../../connection/postgres-failure.ts';
import type { PooledConnection } from '../../connection/postgres-pool.ts';
import type { StandingConnection } from '../../connection/standing-connection.ts';
import { ledgerFailure } from '../ledger-failure.ts';
import type { BatchNumbers } from './batch-numbers.ts';
import type { PostgresRun } from './postgres-run.ts';
import type { WorkerLife } from './worker-life.ts';

/** Work in a transaction on the ledger's server, and the records that are committed with it. */
export type AttachedWork = (transaction: unknown) => Promise<readonly Uint8Array[]>;

export interface AttachedRecordsOptions {
  readonly server: Server;
  readonly schema: string;
  readonly worker: number;
  readonly numbers: BatchNumbers;
  readonly life: WorkerLife;
  /** Where it is asked what became of a transaction whose connection is lost. */
  readonly asks: StandingConnection;
}

/** Between questions what became of a transaction. */
const pauseMillis = 500;

/** Records of runs that are committed together with work of the user's own, each in a transaction on a connection of its own. */
export class AttachedRecords {
  readonly #options: AttachedRecordsOptions;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: AttachedRecordsOptions) {
    this.#options = options;
  }

  /** @returns how many records. */
  async attach(run: PostgresRun, work: AttachedWork, signal: AbortSignal | undefined): Promise<number> {
    const attaching = this.#attach(run, work, signal);
    this.#underWay.add(attaching);
    try {
      return await attaching;
    } finally {
      this.#underWay.delete(attaching);
    }
  }

  /** Resolves when those under way have ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #attach(run: PostgresRun, work: AttachedWork, signal: AbortSignal | undefined): Promise<number> {
    const connection = await connect(this.#options.server).catch((error) => {
      throw ledgerFailure(error);
    });
    let broken = false;
    try {
      await connection.query({ text: 'BEGIN' });
      const records = await unlessAborted(work(connection), 'attach', signal);
      throwIfAborted(signal, 'attach');
      await this.#commit(connection, run, records);
      return records.length;
    } catch (error) {
      // Work that does not heed its signal may still use the connection: closed, it rolls back and takes no more.
      broken = signal?.aborted === true || !(await rollBack(connection));
      throw error;
    } finally {
      giveBack(connection, broken);
    }
  }

  async #commit(
    connection: PooledConnection,
    run: PostgresRun,
    records: readonly Uint8Array[],
  ): Promise<void> {
    const { schema, worker, numbers } = this.#options;
    const position = run.nextPosition;
    run.nextPosition += records.length;
    const number = numbers.take();
    const bytes = records.map((record) => `'\\x${Buffer.from(record).toString('hex')}'::bytea`).join();
    const values = `${worker}, ${number}, ${run.number}, ${position}, ARRAY[${bytes}]::bytea[]`;
    try {
      // In one message: so no lock of the worker waits for this process.
      await connection.query({ text: `SELECT ${schema}.attach_records(${values}); COMMIT` });
    } catch (error) {
      if (postgresFailure(error) !== 'unknown') {
        throw sqlState(error)?.startsWith('HF') === true ? ledgerFailure(error) : error;
      }
      if (!(await this.#hasTaken(number))) throw ledgerFailure(error);
    } finally {
      numbers.settle(number);
    }
  }

  /** Whether a batch was taken whose answer was lost. If not, it is not taken any more. */
  async #hasTaken(number: number): Promise<boolean> {
    const { asks, schema, worker, life } = this.#options;
    const statement = {
      text: `SELECT ${schema}.settle_batch($1, $2) AS taken`,
      values: [worker, number],
    };
    for (;;) {
      if (life.lost !== undefined) throw life.lost;
      try {
        const [row] = await asks.query(statement);
        return row.taken;
      } catch (error) {
        if (ledgerFailure(error).code !== 'LEDGER_UNAVAILABLE') throw ledgerFailure(error);
        await sleep(pauseMillis);
      }
    }
  }
}
