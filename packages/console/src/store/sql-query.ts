import { type DuckDBConnection, StatementType } from '@duckdb/node-api';
import type { QueryAnswer } from '../api/console-api.ts';
import { consoleErrors } from '../console-errors.ts';

export interface QueryLimits {
  readonly rowsMax: number;
  /** Milliseconds. */
  readonly timeMax: number;
}

/**
 * Runs one reading statement. It cannot change anything, since its transaction only reads; nor touch files, since the database
 * does not; nor run for long.
 *
 * @throws HoldfastError QUERY_REFUSED.
 */
export async function runQuery(
  connection: DuckDBConnection,
  sql: string,
  { rowsMax, timeMax }: QueryLimits,
  signal: AbortSignal,
): Promise<QueryAnswer> {
  const began = performance.now();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    connection.interrupt();
  }, timeMax);
  const interrupt = (): void => connection.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    await checkStatement(connection, sql);
    await connection.run('BEGIN TRANSACTION READ ONLY');
    const rows: unknown[][] = [];
    const result = await connection.stream(sql);
    for await (const some of result.yieldRowsJson()) {
      rows.push(...some.slice(0, rowsMax + 1 - rows.length));
      if (rows.length > rowsMax) break;
    }
    return {
      columns: result.deduplicatedColumnNames(),
      types: result.columnTypes().map(String),
      rows: rows.slice(0, rowsMax),
      truncated: rows.length > rowsMax,
      took: performance.now() - began,
    };
  } catch (error) {
    if (late) throw refused(`it takes longer than ${timeMax} ms: ask for a shorter stretch of time`, error);
    throw refused(placed(error instanceof Error ? error.message : String(error), sql), error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupt);
    // Where there is none, there is nothing to end.
    await connection.run('ROLLBACK').catch(() => undefined);
  }
}

async function checkStatement(connection: DuckDBConnection, sql: string): Promise<void> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Error(`there are ${statements.count} statements, but must be one`);
  const prepared = await statements.prepare(0);
  try {
    const { statementType } = prepared;
    if (statementType !== StatementType.SELECT && statementType !== StatementType.EXPLAIN) {
      throw new Error('only SELECT and EXPLAIN are understood here');
    }
  } finally {
    prepared.destroySync();
  }
}

const linePointedAt = /\n+LINE (\d+): (.*)\n( *)\^\s*$/;

/** What DuckDB complains of, with the place in words instead of a drawing that shows only a part of a long line. */
function placed(complaint: string, sql: string): string {
  const found = linePointedAt.exec(complaint);
  if (found === null) return complaint;
  const [drawn, number, shown, indent] = found as unknown as [string, string, string, string];
  const pointed = indent.length - `LINE ${number}: `.length;
  const line = sql.split('\n')[Number(number) - 1] ?? '';
  // A long line is cut at both ends.
  const cut = shown.startsWith('...') ? 3 : 0;
  const part = shown.slice(cut, shown.endsWith('...') ? -3 : undefined);
  const column = Math.max(0, line.indexOf(part)) + pointed - cut + 1;
  return `line ${number}, column ${column}: ${complaint.slice(0, -drawn.length)}`;
}

function refused(why: string, cause: unknown): Error {
  return consoleErrors.create('QUERY_REFUSED', { message: `the query is refused: ${why}`, cause });
}
