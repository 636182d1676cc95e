import type { Checkpoints } from '@holdfast/transactions';
import type { PostgresConnection } from '../connection/postgres-pool.ts';

/** Positions as rows: a row's lock makes the second of two that move one wait for the first. */
export class PostgresCheckpoints<Transaction extends PostgresConnection> implements Checkpoints<Transaction> {
  readonly #table: string;

  constructor(schema: string) {
    this.#table = `${schema}.checkpoints`;
  }

  async read(transaction: Transaction, name: string): Promise<number> {
    const text = `SELECT position::float8 FROM ${this.#table} WHERE name = $1`;
    const { rows } = await transaction.query({ text, values: [name] });
    return rows[0]?.position ?? 0;
  }

  async advance(transaction: Transaction, name: string, from: number, to: number): Promise<boolean> {
    const table = this.#table;
    const text =
      from === 0
        ? `INSERT INTO ${table} AS checkpoint (name, position) VALUES ($1, $3)
           ON CONFLICT (name) DO UPDATE SET position = excluded.position WHERE checkpoint.position = $2 RETURNING 1`
        : `UPDATE ${table} SET position = $3 WHERE name = $1 AND position = $2 RETURNING 1`;
    const { rows } = await transaction.query({ text, values: [name, from, to] });
    return rows.length === 1;
  }
}
