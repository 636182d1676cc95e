import type { BarrierMark, BarrierStorage, MarkKey } from '@holdfast/transactions';
import type { MariadbConnection, MariadbPool } from '../connection/mariadb-pool.ts';

const table = 'holdfast_barrier_marks';

/** Makes the table of {@link mariadbBarrierStorage}, where it is not there yet: once, when the participant starts. */
export async function prepareMariadbBarrier(pool: MariadbPool): Promise<void> {
  const connection = await pool.getConnection();
  try {
    await connection.query({
      sql: `CREATE TABLE IF NOT EXISTS ${table} (
        \`transaction\` VARCHAR(220) NOT NULL,
        branch VARCHAR(40) NOT NULL,
        state VARCHAR(10) NOT NULL DEFAULT 'new',
        expires_at BIGINT,
        results LONGTEXT NOT NULL DEFAULT '{}' COMMENT 'JSON',
        PRIMARY KEY (\`transaction\`, branch),
        KEY tried (state, expires_at)
      ) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin`,
    });
  } finally {
    connection.release();
  }
}

/**
 * Keeps the marks of a TCC barrier in the participant's own transaction: give it the connection of `mysql2/promise` that the
 * work is done with, between its BEGIN and its COMMIT. Its table is in the database that the connection is in.
 *
 *     const barrier = createBarrier(mariadbBarrierStorage());
 */
export function mariadbBarrierStorage<
  Transaction extends MariadbConnection = MariadbConnection,
>(): BarrierStorage<Transaction> {
  return {
    async lock(transaction, { transaction: name, branch }): Promise<BarrierMark> {
      const values = [name, branch];
      // The update changes nothing: it is what locks a mark that is there.
      await transaction.query({
        sql: `INSERT INTO ${table} (\`transaction\`, branch) VALUES (?, ?) ON DUPLICATE KEY UPDATE state = state`,
        values,
      });
      // FOR UPDATE: the newest there is, not what the transaction saw when it began.
      const [rows] = await transaction.query({
        sql: `SELECT state, expires_at, results FROM ${table} WHERE \`transaction\` = ? AND branch = ? FOR UPDATE`,
        values,
      });
      const { state, expires_at: expiresAt, results } = rows[0];
      return {
        state,
        expiresAt: expiresAt === null ? undefined : Number(expiresAt),
        results: JSON.parse(results),
      };
    },
    async write(transaction, { transaction: name, branch }, { state, expiresAt, results }): Promise<void> {
      await transaction.query({
        sql: `UPDATE ${table} SET state = ?, expires_at = ?, results = ? WHERE \`transaction\` = ? AND branch = ?`,
        values: [state, expiresAt ?? null, JSON.stringify(results), name, branch],
      });
    },
    async expired(transaction, now, limit): Promise<readonly MarkKey[]> {
      const [rows] = await transaction.query({
        sql: `SELECT \`transaction\`, branch FROM ${table}
          WHERE state = 'tried' AND expires_at <= ? ORDER BY expires_at LIMIT ?`,
        values: [now, limit],
      });
      return (rows as MarkKey[]).map(({ transaction: name, branch }) => ({ transaction: name, branch }));
    },
  };
}
