import { rm } from 'node:fs/promises';
import { invalidArgument } from '@holdfast/core';
import type { QueryAnswer } from '../api/console-api.ts';
import { consoleErrors } from '../console-errors.ts';
import type { ConsoleState } from '../console-state.ts';
import { type ApiRequest, windowOf } from '../server/api-request.ts';
import { FileAnswer } from '../server/routes.ts';
import { exported, exportParquet } from '../store/export-parquet.ts';
import { runQuery } from '../store/sql-query.ts';

const limits = { rowsMax: 10_000, timeMax: 10_000 };
const sqlMax = 20_000;

/** @throws HoldfastError QUERY_REFUSED, INVALID_ARGUMENT. */
export function query({ store }: ConsoleState, { body, signal }: ApiRequest): Promise<QueryAnswer> {
  const sql = (body as { sql?: unknown } | undefined)?.sql;
  if (typeof sql !== 'string' || sql.length > sqlMax) {
    throw invalidArgument('sql', sql, `a statement of at most ${sqlMax} characters`);
  }
  return store.readers.read((connection) => runQuery(connection, sql, limits, signal), signal);
}

/** @throws HoldfastError NOT_FOUND. */
export async function parquet({ store }: ConsoleState, request: ApiRequest): Promise<FileAnswer> {
  const [file] = request.path as [string];
  const view = (Object.keys(exported) as (keyof typeof exported)[]).find(
    (each) => file === `${each}.parquet`,
  );
  if (view === undefined) {
    throw consoleErrors.create('NOT_FOUND', {
      message: `there is no export ${file}, but spans.parquet, logs.parquet and metrics.parquet`,
    });
  }
  const window = windowOf(request.query, request.now);
  const path = await store.readers.read(
    (connection) => exportParquet(connection, store.exports, view, window),
    request.signal,
  );
  return new FileAnswer(path, 'application/vnd.apache.parquet', () => void rm(path, { force: true }));
}
