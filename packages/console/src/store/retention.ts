import type { DuckDBConnection } from '@duckdb/node-api';
import { moment } from './trace-search.ts';

export interface StoreExtent {
  /** On disk, without what is free for use again. */
  readonly bytes: number;
  /** Milliseconds since the Unix epoch; undefined when it is empty. */
  readonly oldest: number | undefined;
}

/** By the column that holds a row's time. */
const tables = {
  spans_settled: 'start',
  spans_fresh: 'start',
  log_rows: 'time',
  point_rows: 'time',
  exemplar_rows: 'time',
} as const;

/** Lets go of everything that is older than `millis`. */
export async function forgetBefore(connection: DuckDBConnection, millis: number): Promise<void> {
  for (const [table, column] of Object.entries(tables)) {
    await connection.run(`DELETE FROM ${table} WHERE ${column} < ${moment(millis)}`);
  }
}

/** Lets go of about this share of all rows, the oldest. */
export async function forgetOldest(connection: DuckDBConnection, share: number): Promise<void> {
  const times = Object.entries(tables).map(
    ([table, column]) => `SELECT epoch_ns(${column}) AS t FROM ${table}`,
  );
  const sql = `SELECT approx_quantile(t, ${share})::DOUBLE / 1e6 FROM (${times.join(' UNION ALL ')})`;
  const [millis] = (await connection.runAndReadAll(sql)).getRowsJS()[0] as [number | null];
  if (millis !== null) await forgetBefore(connection, millis);
}

export async function readExtent(connection: DuckDBConnection): Promise<StoreExtent> {
  const oldest = Object.entries(tables)
    .map(([table, column]) => `SELECT epoch_ns(min(${column})) AS begun FROM ${table}`)
    .join(' UNION ALL ');
  const sql = `
    SELECT sum(used_blocks * block_size)::DOUBLE,
      (SELECT min(begun)::DOUBLE / 1e6 FROM (${oldest}))
    FROM pragma_database_size()`;
  const [bytes, at] = (await connection.runAndReadAll(sql)).getRowsJS()[0] as [number, number | null];
  return { bytes, oldest: at ?? undefined };
}
