import type { Inbox } from '@holdfast/transactions';
import { ask, type Server } from '../connection/ask.ts';
import { checkText } from '../connection/check-text.ts';
import type { PostgresConnection } from '../connection/postgres-pool.ts';
import { databaseFailure } from './database-failure.ts';

/** Accepted messages as rows: the unique key makes the second of two that accept one wait for the first. */
export class PostgresInbox<Transaction extends PostgresConnection> implements Inbox<Transaction> {
  readonly #server: Server;
  readonly #schema: string;

  constructor(server: Server, schema: string) {
    this.#server = server;
    this.#schema = schema;
  }

  async accept(
    transaction: Transaction,
    consumer: string,
    messageId: string,
  ): Promise<'fresh' | 'duplicate'> {
    checkText('consumer', consumer);
    checkText('messageId', messageId);
    const { rows } = await transaction.query({
      text: `INSERT INTO ${this.#schema}.inbox (consumer, message) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1`,
      values: [consumer, messageId],
    });
    return rows.length === 1 ? 'fresh' : 'duplicate';
  }

  async prune(wall: number, signal?: AbortSignal): Promise<number> {
    const text = `WITH gone AS (DELETE FROM ${this.#schema}.inbox WHERE accepted_at < $1 RETURNING 1)
      SELECT count(*)::int AS gone FROM gone`;
    try {
      return (await ask(this.#server, { text, values: [Math.floor(wall)] }, signal)).rows[0].gone;
    } catch (error) {
      throw databaseFailure(error);
    }
  }
}
