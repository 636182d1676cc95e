import { type Duration, invalidArgument, throwIfAborted, toPositiveMicros } from '@holdfast/core';
import {
  type Branch,
  type BranchId,
  type BranchOutcome,
  branchText,
  checkResourceName,
  type Resource,
  type ResourceAbilities,
  readBranchText,
} from '@holdfast/transactions';
import { resourceMisconfigured } from '@holdfast/transactions/engine';
import { ask, connect, type Server } from '../connection/ask.ts';
import { checkPool } from '../connection/check-pool.ts';
import { literal } from '../connection/literal.ts';
import { sqlState } from '../connection/postgres-failure.ts';
import type { PostgresConnection, PostgresPool } from '../connection/postgres-pool.ts';
import { prepareSchema, quotedSchema } from '../connection/schema.ts';
import { PostgresBranch } from './postgres-branch.ts';
import { unavailable } from './resource-failure.ts';
import { resourceTables } from './resource-tables.ts';

export interface PostgresResourceOptions {
  /** Names it in branches, for good. 1 to 40 of `A-Za-z0-9._-`. */
  readonly name: string;
  /**
   * A `Pool` of `pg`. Each branch has a connection of its own until it has voted, so the pool bounds how many branches are
   * under way at a time: give it a pool apart from what else the service does.
   */
  readonly pool: PostgresPool;
  /** Where its table is. Made when it is not there. Default `holdfast`. */
  readonly schema?: string | undefined;
  /** Of branches. Default that of the database. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable' | undefined;
  /** How long a connection of the pool is waited for, and an answer. Default 5 s. */
  readonly answerTimeout?: Duration | undefined;
}

const versionMin = 130_000;

/**
 * A database of PostgreSQL (13 or newer) that takes part in two-phase commits. Its server needs
 * `max_prepared_transactions` above the branches that are prepared at a time: `check` tells.
 *
 *     const stock = postgresResource<PoolClient>({ name: 'stock', pool });
 *
 * @throws HoldfastError INVALID_ARGUMENT for an option that cannot work.
 */
export function postgresResource<Connection extends PostgresConnection = PostgresConnection>(
  options: PostgresResourceOptions,
): Resource<Connection> {
  const { name, pool, schema = 'holdfast', isolation, answerTimeout = '5s' } = options;
  checkResourceName(name);
  checkPool(pool);
  quotedSchema(schema);
  const isolations = ['read committed', 'repeatable read', 'serializable'];
  if (isolation !== undefined && !isolations.includes(isolation)) {
    throw invalidArgument('isolation', isolation, isolations.join(', '));
  }
  const server = { pool, answerTimeout: toPositiveMicros(answerTimeout, 'answerTimeout') };
  return new PostgresResource<Connection>(name, server, schema, isolation);
}

class PostgresResource<Connection extends PostgresConnection> implements Resource<Connection> {
  readonly name: string;
  readonly abilities: ResourceAbilities = { prepare: true, settle: true };
  readonly #server: Server;
  readonly #schema: string;
  readonly #begin: string;
  #tables: Promise<void> | undefined;

  constructor(name: string, server: Server, schema: string, isolation: string | undefined) {
    this.name = name;
    this.#server = server;
    this.#schema = schema;
    this.#begin = isolation === undefined ? 'BEGIN' : `BEGIN ISOLATION LEVEL ${isolation}`;
  }

  async check(signal?: AbortSignal): Promise<void> {
    const text = `SELECT current_setting('max_prepared_transactions')::int AS prepared,
      current_setting('server_version_num')::int AS version`;
    const { prepared, version } = (await this.#ask(text, [], signal))[0];
    if (version < versionMin) {
      throw resourceMisconfigured(
        this.name,
        `${this.name} is PostgreSQL of version ${version}: it takes 13 or newer`,
      );
    }
    if (prepared === 0) {
      throw resourceMisconfigured(
        this.name,
        `${this.name} prepares no transactions: set max_prepared_transactions in postgresql.conf to more than the branches that are prepared at a time, such as max_connections, and restart the server`,
      );
    }
    await this.#prepareTables();
  }

  async begin(id: BranchId, signal?: AbortSignal): Promise<Branch<Connection>> {
    throwIfAborted(signal, 'begin');
    await this.#prepareTables();
    const connection = await connect(this.#server).catch((error) => {
      throw unavailable(this.name, error);
    });
    const branch = new PostgresBranch<Connection>(connection, this.#server.answerTimeout, {
      resource: this.name,
      text: branchText(id),
      schema: quotedSchema(this.#schema),
    });
    await branch.begin(this.#begin, signal);
    return branch;
  }

  commit(id: BranchId, signal?: AbortSignal): Promise<BranchOutcome> {
    return this.#end('COMMIT PREPARED', id, 'committed', signal);
  }

  rollback(id: BranchId, signal?: AbortSignal): Promise<BranchOutcome> {
    return this.#end('ROLLBACK PREPARED', id, 'rolled back', signal);
  }

  async recover(prefix: string, signal?: AbortSignal): Promise<readonly BranchId[]> {
    const text = `SELECT gid FROM pg_prepared_xacts
      WHERE database = current_database() AND starts_with(gid, $1) ORDER BY prepared`;
    const rows = await this.#ask(text, [prefix], signal);
    return rows
      .map(({ gid }) => readBranchText(gid))
      .filter((id) => id !== undefined)
      .filter(({ resource }) => resource === this.name);
  }

  async settle(id: BranchId, signal?: AbortSignal): Promise<'committed' | 'rolled back'> {
    throwIfAborted(signal, 'settle');
    await this.#prepareTables();
    const table = `${quotedSchema(this.#schema)}.one_phase_commits`;
    // Waits for a commit that is under way. The second part does not see what the first has waited for: hence two.
    await this.#ask(
      `INSERT INTO ${table} (branch, committed) VALUES ($1, false) ON CONFLICT DO NOTHING`,
      [branchText(id)],
      signal,
    );
    const [row] = await this.#ask(
      `SELECT committed FROM ${table} WHERE branch = $1`,
      [branchText(id)],
      signal,
    );
    return row.committed ? 'committed' : 'rolled back';
  }

  async #end(
    command: 'COMMIT PREPARED' | 'ROLLBACK PREPARED',
    id: BranchId,
    outcome: BranchOutcome,
    signal: AbortSignal | undefined,
  ): Promise<BranchOutcome> {
    try {
      await ask(this.#server, { text: `${command} ${literal(branchText(id))}` }, signal);
      return outcome;
    } catch (error) {
      // There is none: it has ended, or never was. Which of them, the coordinator's records say.
      if (sqlState(error) === '42704') return 'unknown';
      throw unavailable(this.name, error);
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: a row has what its statement selects.
  async #ask(text: string, values: unknown[], signal: AbortSignal | undefined): Promise<any[]> {
    try {
      return (await ask(this.#server, { text, values }, signal)).rows;
    } catch (error) {
      throw unavailable(this.name, error);
    }
  }

  #prepareTables(): Promise<void> {
    this.#tables ??= prepareSchema(this.#server, this.#schema, resourceTables).catch((error) => {
      this.#tables = undefined;
      if (sqlState(error) !== '42501') throw unavailable(this.name, error);
      const message = `${this.name} may not make its table: create schema ${this.#schema} for it, or let it be made once by a user who may`;
      throw resourceMisconfigured(this.name, message, error);
    });
    return this.#tables;
  }
}
