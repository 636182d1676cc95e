import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { consoleErrors } from '../console-errors.ts';
import { formatVersion, schema } from './schema.ts';

export interface DatabaseOptions {
  /** Where its files lie. */
  readonly dir: string;
  /** What DuckDB may take of memory, in bytes. */
  readonly memoryMax: number;
}

/** A database of the tables of {@link schema}, that touches no file but its own and those in its folder `exports`. */
export async function openDatabase({ dir, memoryMax }: DatabaseOptions): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(join(dir, 'telemetry.duckdb'), {
    storage_compatibility_version: 'latest',
    // Each connection works on a thread of its own. Where the database had further ones to share the work with, that thread would
    // spin while they are at it, which is also the length of each flush to disk: more than half of what the console took.
    threads: '1',
    memory_limit: `${memoryMax}B`,
    temp_directory: join(dir, 'spill'),
    max_temp_directory_size: '1GB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // The store says when: in the middle of an ingest it costs the senders their patience.
    wal_autocheckpoint: '4GB',
  });
  const connection = await instance.connect();
  try {
    await bringUpToFormat(connection);
    await connection.run(`SET allowed_directories = ['${exportsFolder(dir).replaceAll("'", "''")}']`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
  } catch (error) {
    connection.closeSync();
    instance.closeSync();
    throw error;
  }
  connection.closeSync();
  return instance;
}

export function exportsFolder(dir: string): string {
  return join(dir, 'exports');
}

/** Makes the tables that are missing. A store of an older format has all others, and goes on. */
async function bringUpToFormat(connection: DuckDBConnection): Promise<void> {
  await connection.run('CREATE TABLE IF NOT EXISTS store_format (version INTEGER NOT NULL)');
  const found = (await connection.runAndReadAll('SELECT version FROM store_format')).getRowsJS()[0]?.[0];
  if (found !== undefined && !(typeof found === 'number' && found >= 1 && found <= formatVersion)) {
    throw consoleErrors.create('STORE_FORMAT_UNKNOWN', {
      message: `the store is of format ${found}, but this console reads those up to ${formatVersion}: use another --data-dir`,
    });
  }
  for (const statement of schema) await connection.run(statement);
  if (found === undefined) await connection.run(`INSERT INTO store_format VALUES (${formatVersion})`);
  else if (found !== formatVersion)
    await connection.run(`UPDATE store_format SET version = ${formatVersion}`);
}
