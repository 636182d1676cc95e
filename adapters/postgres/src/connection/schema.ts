import { invalidArgument } from '@holdfast/core';
import { transactionErrors } from '@holdfast/transactions';
import { connect, giveBack, rollBack, type Server } from './ask.ts';
import { postgresFailure } from './postgres-failure.ts';
import type { PostgresConnection } from './postgres-pool.ts';

/** A group of tables that belong together, such as those of the ledger. */
export interface SchemaPart {
  readonly name: string;
  /** What makes each version of the one before it, given the quoted name of the schema. The first is version 1. */
  readonly versions: readonly ((schema: string) => string)[];
}

/** The name of a schema as it stands in SQL. @throws HoldfastError INVALID_ARGUMENT. */
export function quotedSchema(schema: string): string {
  if (typeof schema !== 'string' || !/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) {
    throw invalidArgument('schema', schema, '1 to 40 lower-case letters, digits and _, no digit first');
  }
  return `"${schema}"`;
}

/**
 * Brings the tables of `part` to their newest version, one process at a time. Where they are there already, it takes no
 * right to create anything.
 *
 * @throws HoldfastError LEDGER_FORMAT_UNKNOWN when they are newer than this package; and what the driver throws.
 */
export async function prepareSchema(server: Server, schema: string, part: SchemaPart): Promise<void> {
  const quoted = quotedSchema(schema);
  const connection = await connect(server);
  let broken = false;
  try {
    if ((await versionOf(connection, quoted, part)) === part.versions.length) return;
    await connection.query({ text: 'BEGIN ISOLATION LEVEL READ COMMITTED' });
    await connection.query({
      text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`holdfast ${schema}`],
    });
    // IF NOT EXISTS would believe what this connection remembers from before it waited, and make the schema twice: only
    // a query of a table hears what others have done meanwhile.
    const { rows } = await connection.query({
      text: 'SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1',
      values: [schema],
    });
    if (rows.length === 0) await connection.query({ text: `CREATE SCHEMA ${quoted}` });
    await connection.query({
      text: `CREATE TABLE IF NOT EXISTS ${quoted}.versions (part text PRIMARY KEY, version integer NOT NULL)`,
    });
    const version = await versionOf(connection, quoted, part);
    for (const script of part.versions.slice(version)) await connection.query({ text: script(quoted) });
    await connection.query({
      text: `INSERT INTO ${quoted}.versions VALUES ($1, $2)
        ON CONFLICT (part) DO UPDATE SET version = excluded.version`,
      values: [part.name, part.versions.length],
    });
    await connection.query({ text: 'COMMIT' });
  } catch (error) {
    broken = postgresFailure(error) === 'unknown' || !(await rollBack(connection));
    throw error;
  } finally {
    giveBack(connection, broken);
  }
}

/**
 * Looks whether the tables of `part` are there in their newest version, and changes nothing.
 *
 * @throws HoldfastError LEDGER_FORMAT_UNKNOWN when they are not; and what the driver throws.
 */
export async function checkSchema(server: Server, schema: string, part: SchemaPart): Promise<void> {
  const quoted = quotedSchema(schema);
  const connection = await connect(server);
  let version: number;
  let broken = false;
  try {
    version = await versionOf(connection, quoted, part);
  } catch (error) {
    broken = postgresFailure(error) === 'unknown';
    throw error;
  } finally {
    giveBack(connection, broken);
  }
  if (version === part.versions.length) return;
  const found = version === 0 ? 'are not there' : `are of version ${version}`;
  throw transactionErrors.create('LEDGER_FORMAT_UNKNOWN', {
    message: `the ${part.name} tables in schema ${quoted} ${found}: a worker of this version makes them`,
    context: { part: part.name, schema, version, known: part.versions.length },
  });
}

/** 0 where there is nothing of it yet. */
async function versionOf(connection: PostgresConnection, quoted: string, part: SchemaPart): Promise<number> {
  const there = await connection.query({
    text: `SELECT to_regclass($1) IS NOT NULL AS versions, current_setting('server_encoding') AS encoding`,
    values: [`${quoted}.versions`],
  });
  const { versions, encoding } = there.rows[0];
  if (encoding !== 'UTF8') {
    throw transactionErrors.create('LEDGER_FORMAT_UNKNOWN', {
      message: `the database has the encoding ${encoding}: use one whose encoding is UTF8`,
      context: { encoding },
    });
  }
  if (!versions) return 0;
  const { rows } = await connection.query({
    text: `SELECT version FROM ${quoted}.versions WHERE part = $1`,
    values: [part.name],
  });
  const version: number = rows[0]?.version ?? 0;
  if (version > part.versions.length) {
    throw transactionErrors.create('LEDGER_FORMAT_UNKNOWN', {
      message: `the ${part.name} tables in schema ${quoted} are of version ${version}, this package knows ${part.versions.length}: update it`,
      context: { part: part.name, version, known: part.versions.length },
    });
  }
  return version;
}
