import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { moment } from './trace-search.ts';

/** What can be exported, with the column of its time. */
export const exported = { spans: 'start', logs: 'time', metrics: 'time', exemplars: 'time' } as const;

/** Writes the rows of a window into a Parquet file in `folder`, the oldest first. Returns its path; it is the caller's to remove. */
export async function exportParquet(
  connection: DuckDBConnection,
  folder: string,
  view: keyof typeof exported,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<string> {
  const path = join(folder, `${randomUUID()}.parquet`);
  const time = exported[view];
  await connection.run(`
    COPY (SELECT * FROM ${view} WHERE ${time} >= ${moment(from)} AND ${time} < ${moment(to)} ORDER BY ${time})
    TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`);
  return path;
}
