import { setImmediate as turn } from 'node:timers/promises';
import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { consoleErrors } from '../console-errors.ts';

/** Rows on their way into the store. */
export interface Delivery {
  /** What they hold in memory until they are stored. */
  readonly bytes: number;
  /** By their table, piece by piece, made when they are written. They are stored together or not at all. */
  readonly rows: Readonly<Record<string, () => Iterable<DuckDBDataChunk>>>;
}

export interface CommitQueueOptions {
  /** What may wait, in bytes. What would be more is refused. */
  readonly waitingBytesMax: number;
  /** What one transaction takes, in bytes, unless one delivery alone is more. */
  readonly groupBytesMax: number;
  /** Writes what must be there before the rows; what it returns is called once it is durable. */
  readonly before: (append: Append) => Promise<() => void>;
}

export type Append = (table: string, chunks: Iterable<DuckDBDataChunk>) => Promise<void>;

interface Waiting {
  readonly delivery: Delivery;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes deliveries in transactions, each of all that came while the one before was on its way to the disk. A delivery resolves
 * when it is durable.
 */
export class CommitQueue {
  readonly #connection: DuckDBConnection;
  readonly #options: CommitQueueOptions;
  readonly #appenders = new Map<string, DuckDBAppender>();
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(connection: DuckDBConnection, options: CommitQueueOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** @throws HoldfastError INGEST_OVERLOADED when as much waits as may, STORE_CLOSED, STORE_FAILED. */
  add(delivery: Delivery): Promise<void> {
    if (this.#closed) return Promise.reject(closed());
    if (this.#waitingBytes + delivery.bytes > this.#options.waitingBytesMax && this.#waiting.length > 0) {
      return Promise.reject(
        consoleErrors.create('INGEST_OVERLOADED', {
          message: `${this.#waitingBytes} bytes wait to be stored, and may not be more than ${this.#options.waitingBytesMax}`,
          retryAfter: 1_000,
        }),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ delivery, resolve, reject });
      this.#waitingBytes += delivery.bytes;
      this.#working ??= this.#work();
    });
  }

  /** Does `work` on the connection between two transactions. */
  async between<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    while (this.#working !== undefined) await this.#working;
    if (this.#closed) throw closed();
    const doing = work(this.#connection);
    this.#working = doing.then(
      () => this.#work(),
      () => this.#work(),
    );
    return doing;
  }

  /** Writes what waits, and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#working !== undefined) await this.#working;
    for (const appender of this.#appenders.values()) appender.closeSync();
    this.#appenders.clear();
  }

  async #work(): Promise<void> {
    // The caller goes first: others may come in the same turn.
    await turn();
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup();
      try {
        await this.#commit(group.map(({ delivery }) => delivery));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      } finally {
        for (const { delivery } of group) this.#waitingBytes -= delivery.bytes;
      }
    }
    this.#working = undefined;
  }

  #nextGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { delivery } of this.#waiting) {
      bytes += delivery.bytes;
      if (count > 0 && bytes > this.#options.groupBytesMax) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(group: readonly Delivery[]): Promise<void> {
    const used = new Set<DuckDBAppender>();
    const append: Append = async (table, chunks) => {
      const appender = await this.#appenderOf(table);
      used.add(appender);
      for (const chunk of chunks) {
        appender.appendDataChunk(chunk);
        await turn();
      }
    };
    await this.#connection.run('BEGIN TRANSACTION');
    try {
      const durable = await this.#options.before(append);
      for (const { rows } of group) {
        for (const [table, chunks] of Object.entries(rows)) await append(table, chunks());
      }
      for (const appender of used) appender.flushSync();
      await this.#connection.run('COMMIT');
      durable();
    } catch (error) {
      // What they hold is of this transaction: they are of no use any more.
      for (const appender of this.#appenders.values()) appender.clear();
      this.#appenders.clear();
      await this.#connection.run('ROLLBACK').catch(() => undefined);
      throw consoleErrors.create('STORE_FAILED', {
        message: `${group.length} deliveries could not be stored: ${messageOf(error)}`,
        cause: error,
        retryAfter: 5_000,
      });
    }
  }

  async #appenderOf(table: string): Promise<DuckDBAppender> {
    let appender = this.#appenders.get(table);
    if (appender === undefined) {
      appender = await this.#connection.createAppender(table);
      this.#appenders.set(table, appender);
    }
    return appender;
  }
}

function closed(): Error {
  return consoleErrors.create('STORE_CLOSED', { message: 'the store is closed' });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
