import {
  asHoldfastError,
  type HoldfastError,
  invalidArgument,
  platformWorld,
  throwIfAborted,
  type World,
} from '@holdfast/core';
import type { Journal, SnapshotInfo } from '@holdfast/storage';
import { transactionErrors } from '../errors.ts';
import type { Checkpoints } from '../event-sourcing/checkpoints.ts';
import type { Inbox } from '../outbox/inbox.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Transactor } from '../outbox/transactor.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { readChanges, writeChanges } from './change-record.ts';
import { EmbeddedCheckpoints } from './embedded-checkpoints.ts';
import { EmbeddedInbox } from './embedded-inbox.ts';
import { EmbeddedOutbox } from './embedded-outbox.ts';
import {
  applyChange,
  type EmbeddedTransaction,
  type RowChange,
  StagedTransaction,
  type Tables,
} from './embedded-transaction.ts';

export interface EmbeddedDatabaseOptions {
  /** Which the database has for itself, and closes: in memory, or a file journal. */
  readonly journal: Journal;
  /** Default the platform's. */
  readonly world?: World | undefined;
  /** Transactions that may wait for their turn; more are refused with DATABASE_FULL. Default 10,000. */
  readonly waitingMax?: number | undefined;
  /** Rows in all tables; a transaction that would make it more is refused with DATABASE_FULL. Default 1,000,000. */
  readonly rowsMax?: number | undefined;
  /** A snapshot is taken for so many bytes of records, or for as many as the last one has. Default 4 MiB. */
  readonly snapshotBytes?: number | undefined;
}

/**
 * A database in this process, for tests and for services of one process: rows in memory, made durable by a journal, with
 * an outbox, an inbox and checkpoints in the same transactions. One transaction is under way at a time; it is durable
 * before the next one begins.
 */
export interface EmbeddedDatabase extends Transactor<EmbeddedTransaction> {
  readonly outbox: Outbox<EmbeddedTransaction>;
  readonly inbox: Inbox<EmbeddedTransaction>;
  readonly checkpoints: Checkpoints<EmbeddedTransaction>;
  /** Waits for the transactions that were begun. */
  close(): Promise<void>;
}

/**
 * Opens the database in a journal.
 *
 * @throws HoldfastError INVALID_ARGUMENT; DATABASE_FAILED, its cause what the journal says.
 */
export async function openEmbeddedDatabase({
  journal,
  world = platformWorld(),
  waitingMax = 10_000,
  rowsMax = 1_000_000,
  snapshotBytes = 4 * 2 ** 20,
}: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  for (const [field, count] of Object.entries({ waitingMax, rowsMax, snapshotBytes })) {
    if (!(Number.isSafeInteger(count) && count >= 1))
      throw invalidArgument(field, count, 'a whole number from 1');
  }
  const tables: Tables = new Map();
  try {
    let position = 0;
    const latest = journal.snapshots.list().at(-1);
    const limits = { waitingMax, rowsMax, snapshotBytes };
    if (latest !== undefined) {
      position = positionOf(latest);
      const reader = await journal.snapshots.open(latest.id);
      for (const change of readChanges(await reader.read(0, latest.size))) applyChange(tables, change);
      await reader.close();
    }
    let bytes = 0;
    for await (const record of journal.read(position)) {
      bytes += record.bytes.length;
      for (const change of readChanges(record.bytes)) applyChange(tables, change);
    }
    return new JournalDatabase(journal, world, tables, limits, { bytes, snapshot: latest?.size ?? 0 });
  } catch (error) {
    throw failed(error);
  }
}

interface Limits {
  readonly waitingMax: number;
  readonly rowsMax: number;
  readonly snapshotBytes: number;
}

interface Sizes {
  /** Of the records that no snapshot stands for. */
  bytes: number;
  /** Of the last snapshot. */
  snapshot: number;
}

class JournalDatabase implements EmbeddedDatabase {
  readonly outbox: Outbox<EmbeddedTransaction>;
  readonly inbox: Inbox<EmbeddedTransaction>;
  readonly checkpoints: Checkpoints<EmbeddedTransaction>;
  readonly #journal: Journal;
  readonly #tables: Tables;
  readonly #limits: Limits;
  readonly #sizes: Sizes;
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #ended: HoldfastError | undefined;

  constructor(journal: Journal, world: World, tables: Tables, limits: Limits, sizes: Sizes) {
    this.#journal = journal;
    this.#tables = tables;
    this.#limits = limits;
    this.#sizes = sizes;
    this.outbox = new EmbeddedOutbox(this, world);
    this.inbox = new EmbeddedInbox(this, world);
    this.checkpoints = new EmbeddedCheckpoints();
  }

  transact<Result>(
    work: (transaction: EmbeddedTransaction) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (this.#waiting === this.#limits.waitingMax) return Promise.reject(tooMany(this.#waiting));
    this.#waiting++;
    const result = this.#turn.then(() => {
      this.#waiting--;
      return this.#transact(work, signal);
    });
    this.#turn = result.catch(() => {});
    return unlessAborted(result, 'transact', signal);
  }

  async close(): Promise<void> {
    this.#ended ??= transactionErrors.create('DATABASE_CLOSED', { message: 'the database is closed' });
    await this.#turn;
    await this.#journal.close();
  }

  async #transact<Result>(
    work: (transaction: EmbeddedTransaction) => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    throwIfAborted(signal, 'transact');
    const transaction = new StagedTransaction(this.#tables);
    const result = await work(transaction);
    throwIfAborted(signal, 'transact');
    const changes = transaction.changes();
    if (changes.length > 0) {
      this.#checkRoom(changes);
      await this.#commit(writeChanges(changes));
    }
    for (const listener of transaction.listeners) listener();
    return result;
  }

  #checkRoom(changes: readonly RowChange[]): void {
    let [rows, added] = [0, 0];
    for (const table of this.#tables.values()) rows += table.size;
    for (const [table, key, value] of changes) {
      const there = this.#tables.get(table)?.has(key) === true;
      if (there !== (value !== undefined)) added += there ? -1 : 1;
    }
    const { rowsMax } = this.#limits;
    if (added <= 0 || rows + added <= rowsMax) return;
    throw transactionErrors.create('DATABASE_FULL', {
      message: `the database has ${rows} rows of ${rowsMax} (rowsMax), which leaves no room for ${added} more`,
      context: { rows, added, rowsMax },
    });
  }

  async #commit(record: Uint8Array): Promise<void> {
    try {
      await this.#journal.append([record], this.#journal.nextPosition);
    } catch (error) {
      throw this.#refusal(asHoldfastError(error));
    }
    // As the record has them, so that the caller's objects stay the caller's.
    for (const change of readChanges(record)) applyChange(this.#tables, change);
    this.#sizes.bytes += record.length;
    const due = Math.max(this.#limits.snapshotBytes, this.#sizes.snapshot);
    if (this.#sizes.bytes >= due) await this.#snapshot();
  }

  /** Lets a snapshot stand for the records. If there is no room, it is tried again at the next commit. */
  async #snapshot(): Promise<void> {
    const { snapshots, nextPosition } = this.#journal;
    const rows = [...this.#tables].flatMap(([table, ofTable]) =>
      Array.from(ofTable, ([key, value]) => [table, key, value] as const),
    );
    const data = writeChanges(rows);
    try {
      for (const { id } of snapshots.unfinished()) await snapshots.remove(id);
      const writer = await snapshots.write(
        `rows-${nextPosition}`,
        new TextEncoder().encode(`${nextPosition}`),
      );
      await writer.write(data);
      await writer.commit();
      await this.#journal.compact(nextPosition);
      for (const { id } of snapshots.list().slice(0, -1)) await snapshots.remove(id);
      this.#sizes.bytes = 0;
      this.#sizes.snapshot = data.length;
    } catch (error) {
      const refusal = this.#refusal(asHoldfastError(error));
      if (refusal.code !== 'DATABASE_FULL') throw refusal;
    }
  }

  #refusal(cause: HoldfastError): HoldfastError {
    if (cause.code === 'JOURNAL_FULL' || cause.code === 'JOURNAL_BUSY') {
      return transactionErrors.create('DATABASE_FULL', {
        message: `the database takes no more for now: ${cause.message}`,
        cause,
      });
    }
    this.#ended ??= failed(cause);
    return this.#ended;
  }
}

function positionOf({ description }: SnapshotInfo): number {
  return Number(new TextDecoder().decode(description));
}

function tooMany(waiting: number): HoldfastError {
  return transactionErrors.create('DATABASE_FULL', {
    message: `${waiting} transactions wait for their turn, as many as may (waitingMax): begin fewer at once`,
    context: { waiting },
  });
}

function failed(cause: unknown): HoldfastError {
  return transactionErrors.create('DATABASE_FAILED', {
    message: `the database's journal has failed: ${asHoldfastError(cause).message}`,
    cause,
  });
}
