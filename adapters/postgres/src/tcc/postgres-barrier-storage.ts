import type { BarrierMark, BarrierStorage, MarkKey } from '@holdfast/transactions';
import type { PostgresConnection, PostgresPool } from '../connection/postgres-pool.ts';
import { prepareSchema, quotedSchema, type SchemaPart } from '../connection/schema.ts';

export interface PostgresBarrierOptions {
  /** Where its table is, in the participant's own database. Default `holdfast`. */
  readonly schema?: string | undefined;
}

const barrierTables: SchemaPart = {
  name: 'tcc',
  versions: [
    (schema) => `
      CREATE TABLE ${schema}.barrier_marks (
        transaction text COLLATE "C" NOT NULL,
        branch text COLLATE "C" NOT NULL,
        state text NOT NULL DEFAULT 'new',
        expires_at bigint,
        -- JSON. Not as jsonb: that has no place for every string.
        results text NOT NULL DEFAULT '{}',
        PRIMARY KEY (transaction, branch)
      );
      CREATE INDEX barrier_marks_tried ON ${schema}.barrier_marks (expires_at) WHERE state = 'tried'`,
  ],
};

/** Microseconds. */
const answerTimeout = 10_000_000;

/** Makes the table of {@link postgresBarrierStorage}, where it is not there yet: once, when the participant starts. */
export async function preparePostgresBarrier(
  pool: PostgresPool,
  { schema = 'holdfast' }: PostgresBarrierOptions = {},
): Promise<void> {
  await prepareSchema({ pool, answerTimeout }, schema, barrierTables);
}

/**
 * Keeps the marks of a TCC barrier in the participant's own transaction: give it the client of `pg` that the work is done
 * with, between its BEGIN and its COMMIT.
 *
 *     const barrier = createBarrier(postgresBarrierStorage());
 *
 * @throws HoldfastError INVALID_ARGUMENT for an option that cannot work.
 */
export function postgresBarrierStorage<Transaction extends PostgresConnection = PostgresConnection>(
  options: PostgresBarrierOptions = {},
): BarrierStorage<Transaction> {
  const table = `${quotedSchema(options.schema ?? 'holdfast')}.barrier_marks`;
  return {
    async lock(transaction, { transaction: name, branch }): Promise<BarrierMark> {
      // The update changes nothing: it is what locks a mark that is there.
      const { rows } = await transaction.query({
        text: `INSERT INTO ${table} AS mark (transaction, branch) VALUES ($1, $2)
          ON CONFLICT (transaction, branch) DO UPDATE SET state = mark.state
          RETURNING state, expires_at::float8, results`,
        values: [name, branch],
      });
      const { state, expires_at: expiresAt, results } = rows[0];
      return { state, expiresAt: expiresAt ?? undefined, results: JSON.parse(results) };
    },
    async write(transaction, { transaction: name, branch }, { state, expiresAt, results }): Promise<void> {
      await transaction.query({
        text: `UPDATE ${table} SET state = $3, expires_at = $4, results = $5
          WHERE transaction = $1 AND branch = $2`,
        values: [name, branch, state, expiresAt ?? null, JSON.stringify(results)],
      });
    },
    async expired(transaction, now, limit): Promise<readonly MarkKey[]> {
      const { rows } = await transaction.query({
        text: `SELECT transaction, branch FROM ${table}
          WHERE state = 'tried' AND expires_at <= $1 ORDER BY expires_at LIMIT $2`,
        values: [now, limit],
      });
      return rows.map(({ transaction: name, branch }) => ({ transaction: name, branch }));
    },
  };
}
