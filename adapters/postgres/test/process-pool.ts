import type { Pool, PoolClient } from 'pg';
import type { PooledConnection, PostgresPool, PostgresStatement } from '../src/index.ts';
import { firstServer, poolOn } from './test-database.ts';

/** The pool of one process, which can be killed and suspended apart from the others. */
export class ProcessPool implements PostgresPool {
  readonly #pool: Pool = poolOn(firstServer());
  readonly #clients = new Set<PoolClient>();
  #dead = false;
  #suspended: Promise<void> | undefined;
  #resume: () => void = () => {};

  async connect(): Promise<PooledConnection> {
    await this.#suspended;
    if (this.#dead) throw new Error('the process is dead');
    const client = await this.#pool.connect();
    this.#clients.add(client);
    const query = client.query.bind(client) as (statement: PostgresStatement) => Promise<never>;
    return Object.assign(Object.create(client) as PooledConnection, {
      query: async (statement: PostgresStatement) => {
        await this.#suspended;
        return query(statement);
      },
      release: (error?: Error | boolean) => {
        this.#clients.delete(client);
        client.release(error);
      },
    });
  }

  /** Closes its sockets in the middle of whatever is under way. */
  kill(): void {
    this.#dead = true;
    for (const client of this.#clients) {
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    }
  }

  suspend(): void {
    this.#suspended = new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  resume(): void {
    this.#suspended = undefined;
    this.#resume();
  }

  async end(): Promise<void> {
    this.resume();
    this.kill();
    await this.#pool.end();
  }
}
