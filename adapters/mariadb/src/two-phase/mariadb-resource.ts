import {
  type Duration,
  invalidArgument,
  platformWorld,
  sleep,
  throwIfAborted,
  toPositiveMicros,
} from '@holdfast/core';
import {
  type Branch,
  type BranchId,
  type BranchOutcome,
  branchText,
  checkResourceName,
  type Resource,
  type ResourceAbilities,
} from '@holdfast/transactions';
import { resourceMisconfigured, unlessAborted } from '@holdfast/transactions/engine';
import { ask, askOnce, connect, type Server } from '../connection/ask.ts';
import { errorNumber } from '../connection/mariadb-failure.ts';
import type { MariadbConnection, MariadbPool, MariadbStatement } from '../connection/mariadb-pool.ts';
import { MariadbBranch } from './mariadb-branch.ts';
import { createOnePhaseCommits, onePhaseCommits } from './one-phase-commits.ts';
import { noticePause, PreparedSessions } from './prepared-sessions.ts';
import { unavailable } from './resource-failure.ts';
import { branchOf, type RecoveredXid, xid } from './xid.ts';

export interface MariadbResourceOptions {
  /** Names it in branches, for good, and on its server no other resource. 1 to 40 of `A-Za-z0-9._-`. */
  readonly name: string;
  /**
   * A `Pool` of `mysql2/promise`, for the resource alone. Each branch has a connection of its own until it has ended, or
   * has been prepared for a second, so the pool bounds how many branches are under way at a time.
   */
  readonly pool: MariadbPool;
  /** Of branches. Default that of the server. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable' | undefined;
  /** How long a statement in a branch may wait for a lock; whole seconds, from 1. Default that of the server, mostly 50 s. */
  readonly lockTimeout?: Duration | undefined;
  /** How long a connection of the pool is waited for, and an answer. Default 5 s. */
  readonly answerTimeout?: Duration | undefined;
}

const refused = { noSuchXid: 1397, rolledBack: 1402, timedOut: 1613, deadlocked: 1614 } as const;
const versionMin = [10, 5] as const;
const microsPerSecond = 1_000_000;

/**
 * A database of MariaDB (10.5 or newer) that takes part in two-phase commits, by XA. Its tables are those of InnoDB; what is
 * written into others is not undone.
 *
 *     const cards = mariadbResource<PoolConnection>({ name: 'cards', pool });
 *
 * @throws HoldfastError INVALID_ARGUMENT for an option that cannot work.
 */
export function mariadbResource<Connection extends MariadbConnection = MariadbConnection>(
  options: MariadbResourceOptions,
): Resource<Connection> {
  const { name, pool, isolation, lockTimeout, answerTimeout = '5s' } = options;
  checkResourceName(name);
  if (typeof pool?.getConnection !== 'function') {
    throw invalidArgument('pool', pool, 'a Pool of mysql2/promise');
  }
  const isolations = ['read committed', 'repeatable read', 'serializable'];
  if (isolation !== undefined && !isolations.includes(isolation)) {
    throw invalidArgument('isolation', isolation, isolations.join(', '));
  }
  const settings: string[] = [];
  if (lockTimeout !== undefined) settings.push(`SET innodb_lock_wait_timeout = ${wholeSeconds(lockTimeout)}`);
  if (isolation !== undefined) settings.push(`SET TRANSACTION ISOLATION LEVEL ${isolation}`);
  const server = { pool, answerTimeout: toPositiveMicros(answerTimeout, 'answerTimeout') };
  return new MariadbResource<Connection>(name, server, settings);
}

class MariadbResource<Connection extends MariadbConnection> implements Resource<Connection> {
  readonly name: string;
  readonly abilities: ResourceAbilities = { prepare: true, settle: true };
  readonly #server: Server;
  /** What is sent before a branch begins. */
  readonly #settings: readonly string[];
  readonly #prepared = new PreparedSessions();
  #table: Promise<void> | undefined;

  constructor(name: string, server: Server, settings: readonly string[]) {
    this.name = name;
    this.#server = server;
    this.#settings = settings;
  }

  async check(signal?: AbortSignal): Promise<void> {
    const rows: { Variable_name: string; Value: string }[] = await this.#ask(
      {
        sql: `SHOW GLOBAL VARIABLES
          WHERE Variable_name IN ('version', 'wsrep_on', 'innodb_flush_log_at_trx_commit')`,
      },
      signal,
    );
    const variables = new Map(rows.map(({ Variable_name: variable, Value: value }) => [variable, value]));
    const complaint = complaintAbout(variables);
    if (complaint !== undefined) throw resourceMisconfigured(this.name, `${this.name} ${complaint}`);
    await this.#prepareTable();
  }

  async begin(id: BranchId, signal?: AbortSignal): Promise<Branch<Connection>> {
    throwIfAborted(signal, 'begin');
    await this.#prepareTable();
    const session = await connect(this.#server).catch((error) => {
      throw unavailable(this.name, error);
    });
    const { answerTimeout } = this.#server;
    const branch = new MariadbBranch<Connection>(session, { id, prepared: this.#prepared, answerTimeout });
    await branch.begin(this.#settings, signal);
    return branch;
  }

  commit(id: BranchId, signal?: AbortSignal): Promise<BranchOutcome> {
    return this.#end('XA COMMIT', id, 'committed', signal);
  }

  rollback(id: BranchId, signal?: AbortSignal): Promise<BranchOutcome> {
    return this.#end('XA ROLLBACK', id, 'rolled back', signal);
  }

  async recover(prefix: string, signal?: AbortSignal): Promise<readonly BranchId[]> {
    const rows: RecoveredXid[] = await this.#ask({ sql: 'XA RECOVER' }, signal);
    return rows
      .map(branchOf)
      .filter((id) => id !== undefined)
      .filter(({ transaction, resource }) => resource === this.name && transaction.startsWith(prefix));
  }

  async settle(id: BranchId, signal?: AbortSignal): Promise<'committed' | 'rolled back'> {
    throwIfAborted(signal, 'settle');
    await this.#prepareTable();
    // Waits for a commit that is under way.
    const insert = `INSERT IGNORE INTO ${onePhaseCommits} (branch, committed) VALUES (?, FALSE)`;
    const values = [branchText(id)];
    await this.#ask({ sql: insert, values }, signal);
    const select = `SELECT committed FROM ${onePhaseCommits} WHERE branch = ?`;
    const [row] = await this.#ask({ sql: select, values }, signal);
    return Number(row.committed) === 1 ? 'committed' : 'rolled back';
  }

  async #end(
    command: 'XA COMMIT' | 'XA ROLLBACK',
    id: BranchId,
    outcome: BranchOutcome,
    signal: AbortSignal | undefined,
  ): Promise<BranchOutcome> {
    throwIfAborted(signal, command);
    const statement = { sql: `${command} ${xid(id)}` };
    const session = await this.#prepared.take(branchText(id));
    if (session !== undefined) {
      const ended = unlessAborted(askOnce(this.#server, session, statement), 'MariaDB', signal);
      return (await this.#outcomeOf(ended, outcome)) ?? 'unknown';
    }
    return this.#endFromOutside(id, statement, outcome, signal);
  }

  /** Ends a branch that a session has prepared which is gone, or soon will be. */
  async #endFromOutside(
    id: BranchId,
    statement: MariadbStatement,
    outcome: BranchOutcome,
    signal: AbortSignal | undefined,
  ): Promise<BranchOutcome> {
    const { clock } = platformWorld();
    const giveUpAt = clock.now() + this.#server.answerTimeout;
    while ((await this.recover(id.transaction, signal)).length > 0) {
      // A server that is just noticing that the session is gone would say that it has done it, and would not have.
      await sleep(noticePause, signal === undefined ? {} : { signal });
      const found = await this.#outcomeOf(ask(this.#server, statement, signal), outcome);
      if (found !== undefined) return found;
      if (clock.now() >= giveUpAt) {
        throw unavailable(this.name, new Error('the session that has prepared the branch is still open'));
      }
    }
    // There is none: it has ended, or never was. Which of them, the coordinator's records say.
    return 'unknown';
  }

  /** What an attempt to end a branch has found; undefined when there is none for the session that was asked. */
  async #outcomeOf(ended: Promise<unknown>, outcome: BranchOutcome): Promise<BranchOutcome | undefined> {
    try {
      await ended;
      return outcome;
    } catch (error) {
      switch (errorNumber(error)) {
        case refused.noSuchXid:
          return undefined;
        case refused.rolledBack:
        case refused.timedOut:
        case refused.deadlocked:
          return 'rolled back';
        default:
          throw unavailable(this.name, error);
      }
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: a row has what its statement selects.
  async #ask(statement: MariadbStatement, signal: AbortSignal | undefined): Promise<any[]> {
    try {
      return await ask(this.#server, statement, signal);
    } catch (error) {
      throw unavailable(this.name, error);
    }
  }

  #prepareTable(): Promise<void> {
    this.#table ??= this.#createTable().catch((error) => {
      this.#table = undefined;
      throw error;
    });
    return this.#table;
  }

  async #createTable(): Promise<void> {
    const isThere = { sql: `SHOW TABLES LIKE '${onePhaseCommits.replaceAll('_', '\\_')}'` };
    if ((await this.#ask(isThere, undefined)).length > 0) return;
    try {
      await ask(this.#server, { sql: createOnePhaseCommits });
    } catch (error) {
      // Denied, or no database is chosen.
      if (![1044, 1046, 1142].includes(errorNumber(error) ?? 0)) throw unavailable(this.name, error);
      const message = `${this.name} may not make its table ${onePhaseCommits}: name a database in the pool's options, and let the table be made there once by a user who may`;
      throw resourceMisconfigured(this.name, message, error);
    }
  }
}

/** What keeps a server from what a resource promises, and the remedy. */
function complaintAbout(variables: ReadonlyMap<string, string>): string | undefined {
  const version = variables.get('version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (!version.includes('MariaDB')) return `is version ${version} of another server: it takes MariaDB`;
  if (major < versionMin[0] || (major === versionMin[0] && minor < versionMin[1])) {
    return `is MariaDB ${version}, which rolls back prepared branches when their sessions end: it takes ${versionMin.join('.')} or newer`;
  }
  if (variables.get('wsrep_on') === 'ON') return 'is a Galera cluster, which has no XA: use a server apart';
  const flush = variables.get('innodb_flush_log_at_trx_commit');
  if (flush !== '1' && flush !== '3') {
    return `may lose what is prepared when its machine fails: set innodb_flush_log_at_trx_commit to 1, it is ${flush}`;
  }
  return undefined;
}

function wholeSeconds(timeout: Duration): number {
  const seconds = toPositiveMicros(timeout, 'lockTimeout') / microsPerSecond;
  if (!Number.isInteger(seconds)) throw invalidArgument('lockTimeout', timeout, 'whole seconds, from 1');
  return seconds;
}
