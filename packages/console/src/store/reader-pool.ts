import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { AbortableWait } from '@holdfast/core';
import { consoleErrors } from '../console-errors.ts';

const waitingMax = 64;

/** Connections for reading: a few at once, some wait, and what is more is refused. */
export class ReaderPool {
  readonly #instance: DuckDBInstance;
  readonly #connectionsMax: number;
  readonly #free: DuckDBConnection[] = [];
  readonly #waiting = new Set<AbortableWait<DuckDBConnection>>();
  #connections = 0;
  #closed = false;

  constructor(instance: DuckDBInstance, connectionsMax: number) {
    this.#instance = instance;
    this.#connectionsMax = connectionsMax;
  }

  /**
   * Reads with a connection that nobody else uses meanwhile.
   *
   * @throws HoldfastError QUERIES_OVERLOADED, STORE_CLOSED, ABORTED.
   */
  async read<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const connection = await this.#take(signal);
    try {
      return await work(connection);
    } finally {
      this.#give(connection);
    }
  }

  close(): void {
    this.#closed = true;
    for (const waiting of this.#waiting) waiting.reject(closed());
    this.#waiting.clear();
    for (const connection of this.#free.splice(0)) connection.closeSync();
  }

  async #take(signal: AbortSignal | undefined): Promise<DuckDBConnection> {
    if (this.#closed) throw closed();
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#connections < this.#connectionsMax) {
      this.#connections++;
      return this.#instance.connect();
    }
    if (this.#waiting.size >= waitingMax) {
      throw consoleErrors.create('QUERIES_OVERLOADED', {
        message: `${waitingMax} queries wait already`,
        retryAfter: 1_000,
      });
    }
    const waiting = new AbortableWait<DuckDBConnection>('a query that waits for its turn', signal);
    this.#waiting.add(waiting);
    try {
      return await waiting.promise;
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  #give(connection: DuckDBConnection): void {
    if (this.#closed) {
      connection.closeSync();
      return;
    }
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free.push(connection);
      return;
    }
    this.#waiting.delete(next);
    next.resolve(connection);
  }
}

function closed(): Error {
  return consoleErrors.create('STORE_CLOSED', { message: 'the store is closed' });
}
