import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Moves spans from `spans_fresh` to `spans_settled`, those of a trace beside each other and traces in the order of their time:
 * their ids take next to no room then, and reading a window or a trace touches few blocks. Spans that were sent twice are let
 * go. In one transaction, beside which others may append.
 */
export async function settleSpans(connection: DuckDBConnection): Promise<void> {
  await connection.run('BEGIN TRANSACTION');
  try {
    // To find them out costs twice as much as all the rest, and there are none but after trouble.
    const once = (await holdsDuplicates(connection))
      ? 'QUALIFY row_number() OVER (PARTITION BY trace_low, trace_high, span) = 1'
      : '';
    await connection.run(`
      INSERT INTO spans_settled SELECT * FROM spans_fresh ${once}
      ORDER BY time_bucket(INTERVAL '1 second', start), trace_high, trace_low, start`);
    await connection.run('DELETE FROM spans_fresh');
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** It may take two that are not the same for it, never the same for two. */
async function holdsDuplicates(connection: DuckDBConnection): Promise<boolean> {
  const sql = 'SELECT count(*) > count(DISTINCT hash(trace_low, span)) FROM spans_fresh';
  return (await connection.runAndReadAll(sql)).getRowsJS()[0]?.[0] === true;
}
