import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Moves spans from `spans_fresh` to `spans_settled`, those of a trace beside each other and traces in the order of their time:
 * their ids take next to no room then, and reading a window or a trace touches few blocks. Spans that were sent twice are let
 * go. In one transaction, beside which others may append.
 */
export async function settleSpans(connection: DuckDBConnection): Promise<void> {
  await connection.run('BEGIN TRANSACTION');
  try {
    await connection.run(`
      INSERT INTO spans_settled
      SELECT * FROM spans_fresh
      QUALIFY row_number() OVER (PARTITION BY trace_low, trace_high, span) = 1
      ORDER BY time_bucket(INTERVAL '1 second', start), trace_high, trace_low, start`);
    await connection.run('DELETE FROM spans_fresh');
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
