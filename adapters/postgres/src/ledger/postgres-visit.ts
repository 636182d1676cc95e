import { invalidArgument, throwIfAborted } from '@holdfast/core';
import {
  checkRunFilter,
  type LedgerVisit,
  type RunFilter,
  type RunPage,
  type RunStatus,
  type RunSummary,
  type StoredRun,
} from '@holdfast/transactions';
import { ledgerClosed } from '@holdfast/transactions/engine';
import type { Announcements } from '../connection/announcements.ts';
import { ask, type Server } from '../connection/ask.ts';
import { plainBytes } from '../connection/plain-bytes.ts';
import type { PostgresStatement } from '../connection/postgres-pool.ts';
import { EndWaits } from './end-waits.ts';
import { ledgerFailure } from './ledger-failure.ts';
import { statusCodes } from './ledger-tables.ts';

/** What visitors and workers share: the pool, and the settings of the ledger. */
export interface LedgerPlace extends Server {
  /** The quoted name of its schema. */
  readonly schema: string;
  readonly messagesMax: number;
}

const statusNames = Object.keys(statusCodes) as RunStatus[];

const summaryColumns = (schema: string) => `number::float8, id, type, version, status, note,
  created_at::float8, greatest(changed_at, (
    SELECT added_at FROM ${schema}.records WHERE run = number ORDER BY position DESC LIMIT 1
  ))::float8 AS changed_at`;

/** A ledger as it is seen from outside. Statements take a connection of the pool for as long as they last. */
export class PostgresVisit implements LedgerVisit {
  readonly #place: LedgerPlace;
  readonly #announcements: Announcements;
  /** Why it takes no calls any more. */
  #over: Error | undefined;
  readonly #waits = new EndWaits();

  constructor(place: LedgerPlace, announcements: Announcements) {
    this.#place = place;
    this.#announcements = announcements;
  }

  async read(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    const { schema } = this.#place;
    const [row] = await this.query(
      {
        name: `${schema} read`,
        text: `SELECT ${summaryColumns(schema)},
            ARRAY(SELECT bytes FROM ${schema}.records WHERE run = number ORDER BY position) AS records,
            ARRAY(SELECT bytes FROM ${schema}.messages WHERE run = number ORDER BY sequence) AS messages,
            ARRAY(SELECT sequence::float8 FROM ${schema}.messages WHERE run = number ORDER BY sequence) AS sequences
          FROM ${schema}.runs WHERE id = $1`,
        values: [id],
      },
      signal,
    );
    if (row === undefined) return undefined;
    const summary = summaryOf(row);
    const messages: Uint8Array[] = summary.status === 'ended' ? [] : row.messages;
    return {
      ...summary,
      owned: false,
      records: row.records.map(plainBytes),
      messages: messages.map((bytes, index) => ({
        sequence: row.sequences[index],
        bytes: plainBytes(bytes),
      })),
    };
  }

  async list(filter: RunFilter, signal?: AbortSignal): Promise<RunPage> {
    const { schema } = this.#place;
    const { type, status } = filter;
    const limit = checkRunFilter(filter);
    const after = Number(filter.after ?? 0);
    if (!Number.isSafeInteger(after)) {
      throw invalidArgument('after', filter.after, "the 'next' of the page before");
    }
    const conditions = ['number > $1'];
    const values: unknown[] = [after, limit + 1];
    if (status !== undefined) conditions.push(`status = ${statusCodes[status]}`);
    if (type !== undefined) {
      values.push(type);
      conditions.push('type = $3');
    }
    const rows = await this.query(
      {
        text: `SELECT ${summaryColumns(schema)} FROM ${schema}.runs
          WHERE ${conditions.join(' AND ')} ORDER BY number LIMIT $2`,
        values,
      },
      signal,
    );
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return { runs: page.map(summaryOf), next: last && String(last.number) };
  }

  async post(id: string, message: Uint8Array, signal?: AbortSignal): Promise<'posted' | 'ended' | 'unknown'> {
    const { schema, messagesMax } = this.#place;
    const text = `SELECT ${schema}.post_message($1, $2, $3) AS posted`;
    const values = [id, Buffer.from(message), messagesMax];
    const [row] = await this.query({ name: `${schema} post`, text, values }, signal);
    return row.posted;
  }

  async ended(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    throwIfAborted(signal, 'ended');
    this.checkOpen();
    await this.#announcements.open().catch((error) => {
      throw ledgerFailure(error);
    });
    let run: StoredRun | undefined;
    const hasEnded = async () => {
      if (!(await this.#hasEnded(id, signal))) return false;
      run = await this.read(id, signal);
      return true;
    };
    await this.#waits.wait(id, hasEnded, signal);
    return run;
  }

  /** It has been announced that the run has ended. */
  wakeOne(id: string): void {
    this.#waits.wake(id);
  }

  /** Announcements may have been missed. */
  wakeAll(): void {
    this.#waits.wakeAll();
  }

  async close(): Promise<void> {
    this.end(ledgerClosed());
  }

  /** Ends what waits with `error`, and takes no calls any more. */
  protected end(error: Error): void {
    this.#over ??= error;
    this.#waits.fail(error);
    this.#announcements.close();
  }

  protected checkOpen(): void {
    if (this.#over !== undefined) throw this.#over;
  }

  /** @throws HoldfastError of the ledger; ABORTED. */
  // biome-ignore lint/suspicious/noExplicitAny: a row has what its statement selects.
  protected async query(statement: PostgresStatement, signal?: AbortSignal): Promise<any[]> {
    this.checkOpen();
    try {
      return (await ask(this.#place, statement, signal)).rows;
    } catch (error) {
      throw ledgerFailure(error);
    }
  }

  /** Whether the run has ended, or is not there. If neither, its end will be announced. */
  async #hasEnded(id: string, signal: AbortSignal | undefined): Promise<boolean> {
    const { schema } = this.#place;
    const statement = {
      name: `${schema} await`,
      text: `SELECT ${schema}.await_end($1) AS ended`,
      values: [id],
    };
    const [row] = await this.query(statement, signal);
    return row.ended !== false;
  }
}

export function statusOf(code: number): RunStatus {
  return statusNames[code]!;
}

// biome-ignore lint/suspicious/noExplicitAny: a row of summaryColumns.
function summaryOf(row: any): RunSummary {
  return {
    id: row.id,
    type: row.type,
    version: row.version,
    status: statusOf(row.status),
    note: row.note ?? undefined,
    createdAt: row.created_at,
    changedAt: row.changed_at,
  };
}
