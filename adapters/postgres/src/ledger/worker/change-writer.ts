import { type HoldfastError, sleep } from '@holdfast/core';
import { transactionErrors } from '@holdfast/transactions';
import { sqlState } from '../../connection/postgres-failure.ts';
import type { PostgresStatement } from '../../connection/postgres-pool.ts';
import type { StandingConnection } from '../../connection/standing-connection.ts';
import { turnEnded } from '../../connection/turn-ended.ts';
import { ledgerFailure } from '../ledger-failure.ts';
import type { BatchNumbers } from './batch-numbers.ts';
import { type Change, ChangeBatch } from './change-batch.ts';
import type { PostgresRun } from './postgres-run.ts';
import type { WorkerLife } from './worker-life.ts';

export interface ChangeWriterOptions {
  readonly connection: StandingConnection;
  readonly schema: string;
  readonly worker: number;
  readonly numbers: BatchNumbers;
  readonly life: WorkerLife;
  /** A batch is committed, and those who waited for it have been told. */
  readonly committed: (batch: ChangeBatch) => void;
  /** There is no room for a new run. */
  readonly refused: (run: PostgresRun) => void;
}

/** Of one batch at most. */
const batchChangesMax = 4_096;
const batchBytesMax = 4 * 1_048_576;
/** Changes that may wait before new runs are refused. Those of runs under way are bounded by these. */
const waitingMax = 100_000;
const pauseFirst = 10;
const pauseMax = 500;

/** Commits the changes of a worker in the order in which they are added, batch after batch, each with one call. */
export class ChangeWriter {
  readonly #options: ChangeWriterOptions;
  #queue: Change[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: ChangeWriterOptions) {
    this.#options = options;
  }

  /** @throws HoldfastError LEDGER_BUSY when too much waits to take a new run. */
  checkRoom(): void {
    const waiting = this.#queue.length;
    if (waiting < waitingMax) return;
    throw transactionErrors.create('LEDGER_BUSY', {
      message: `${waiting} changes wait to be committed, and no more runs are taken until they are: start them slower`,
      context: { waiting },
    });
  }

  /** Puts a change in line for the next batch. What is added in one turn goes into one batch. */
  add(change: Change): void {
    this.#queue.push(change);
    this.#writing ??= this.#write();
  }

  /** Resolves when nothing waits. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** What waits fails with `error`. */
  end(error: HoldfastError): void {
    for (const { failed } of this.#queue.splice(0)) failed(error);
  }

  async #write(): Promise<void> {
    const { numbers, life, committed } = this.#options;
    await turnEnded();
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      const number = numbers.take();
      const answer = await this.#commit(batch, number);
      numbers.settle(number);
      if (answer === 'full') await this.#makeRoom(batch);
      else if (answer === 'over') for (const { failed } of batch.changes) failed(life.lost);
      else {
        batch.settle(answer.text);
        committed(batch);
      }
      await turnEnded();
    }
    this.#writing = undefined;
  }

  #takeBatch(): ChangeBatch {
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && count < batchChangesMax && bytes < batchBytesMax) {
      bytes += sizeOf(this.#queue[count++]!);
    }
    return new ChangeBatch(this.#queue.splice(0, count));
  }

  /** A batch's answer. It is asked for until there is one. */
  async #commit(batch: ChangeBatch, number: number): Promise<{ readonly text: string } | 'full' | 'over'> {
    const { connection, schema, worker, life } = this.#options;
    const statement: PostgresStatement = {
      name: `${schema} commit`,
      text: `SELECT ${schema}.commit_batch(
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18
      ) AS text`,
      values: batch.values(worker, number),
    };
    for (let attempt = 1; life.lost === undefined; attempt++) {
      try {
        return (await connection.query(statement))[0];
      } catch (error) {
        // After a lost answer, a conflict says that it had been taken.
        const answer = attempt > 1 && sqlState(error) === '23505' ? await this.#answered(number) : undefined;
        if (answer !== undefined) return answer;
        const failure = ledgerFailure(error);
        if (failure.code === 'LEDGER_FULL' && attempt === 1) return 'full';
        if (!life.bears(failure)) break;
        await sleep(Math.min(pauseFirst * 2 ** (attempt - 1), pauseMax));
      }
    }
    return 'over';
  }

  /** What was answered to a batch; undefined when that could not be found out now. */
  async #answered(number: number): Promise<{ readonly text: string } | undefined> {
    const { connection, schema, worker } = this.#options;
    const text = `SELECT answer AS text FROM ${schema}.batches WHERE worker = $1 AND batch = $2`;
    try {
      return (await connection.query({ text, values: [worker, number] }))[0];
    } catch {
      return undefined;
    }
  }

  /** Refuses new runs. What is to be written of those under way goes to the head of the line, for later. */
  async #makeRoom({ changes }: ChangeBatch): Promise<void> {
    const full = ledgerFailure({ code: '53100', message: 'its disk is full' });
    for (const { kind, run, failed } of changes) {
      if (kind !== 'create') continue;
      this.#options.refused(run);
      failed(full);
    }
    this.#queue.unshift(...changes.filter(({ kind }) => kind !== 'create'));
    await this.#options.life.pause(pauseMax);
  }
}

function sizeOf(change: Change): number {
  if (change.kind === 'claim' || change.kind === 'release') return change.key.length;
  const records = change.kind === 'append' ? change.records : change.run.records;
  return records.reduce((sum, { length }) => sum + length, 0);
}
