import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareMariadbBarrier } from '@holdfast/mariadb';
import { preparePostgresBarrier } from '@holdfast/postgres';
import { freePort } from '@holdfast/runtime/testkit';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { startMariadb } from '../mariadb-server.ts';
import { startPostgres } from '../postgres-server.ts';
import {
  type BankName,
  type BankUrls,
  bankNames,
  foundBank,
  mariadbPool,
  mariadbSql,
  postgresPool,
  postgresSql,
} from './bank.ts';
import { buildTeller } from './build-teller.ts';

/** A branch in doubt of another system, which nobody may touch. */
export const foreignBranch = 'somebody-else';

/** A server of each bank, to be killed and started again. */
export class BankServers {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'holdfast-bank-'));
  readonly #servers = new Map<BankName, { port: number; child: ChildProcess | undefined }>();

  /** Starts them, and founds the banks. */
  static async start(): Promise<BankServers> {
    const servers = new BankServers();
    try {
      for (const name of bankNames) {
        mkdirSync(servers.#folderOf(name));
        servers.#servers.set(name, { port: await freePort(), child: undefined });
      }
      await Promise.all([buildTeller(servers.teller), ...bankNames.map((name) => servers.startOne(name))]);
      await servers.#found();
    } catch (error) {
      await servers.dispose();
      throw error;
    }
    return servers;
  }

  /** The program of tellers. */
  get teller(): string {
    return join(this.folder, 'teller.mjs');
  }

  get urls(): BankUrls {
    const url = (name: BankName): string =>
      name === 'cards'
        ? this.#mariadbUrl('bank')
        : `postgres://postgres@127.0.0.1:${this.#portOf(name)}/postgres`;
    return { savings: url('savings'), loans: url('loans'), cards: url('cards') };
  }

  async startOne(name: BankName): Promise<void> {
    const place = { port: this.#portOf(name), folder: this.#folderOf(name) };
    const child =
      name === 'cards'
        ? startMariadb(environmentOr('MARIADB', '/usr/sbin/mariadbd'), place, { innodb_lock_wait_timeout: 2 })
        : startPostgres(environmentOr('POSTGRES', '/usr/lib/postgresql/15/bin/postgres'), place, {
            max_prepared_transactions: 64,
          });
    this.#servers.get(name)!.child = child;
    while (!(await this.#answers(name))) {
      if (child.exitCode !== null) throw new Error(`the server of ${name} has ended`);
      await sleep(50);
    }
  }

  /** Ends it with nothing saved, as a power failure does that spares the disk. */
  async kill(name: BankName): Promise<void> {
    const child = this.#servers.get(name)?.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    // PostgreSQL's other processes outlive a SIGKILL of the first for a while; on SIGQUIT it ends them at once.
    child.kill(name === 'cards' ? 'SIGKILL' : 'SIGQUIT');
    await exited;
  }

  async dispose(): Promise<void> {
    await Promise.all(bankNames.map((name) => this.kill(name)));
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #found(): Promise<void> {
    const root = await createConnection(this.#mariadbUrl('mysql'));
    await root.query('CREATE DATABASE bank');
    await root.end();
    for (const name of ['savings', 'loans'] as const) {
      const pool = postgresPool(this.urls[name]);
      await foundBank(postgresSql(pool));
      await preparePostgresBarrier(pool);
      await pool.query('CREATE TABLE others (id INT)');
      const client = await pool.connect();
      await client.query(`BEGIN; INSERT INTO others VALUES (1); PREPARE TRANSACTION '${foreignBranch}'`);
      client.release();
      await pool.end();
    }
    const pool = mariadbPool(this.urls.cards);
    await foundBank(mariadbSql(pool));
    await prepareMariadbBarrier(pool);
    await pool.query('CREATE TABLE others (id INT)');
    const connection = await pool.getConnection();
    await connection.query(`XA START '${foreignBranch}'`);
    await connection.query('INSERT INTO others VALUES (1)');
    await connection.query(`XA END '${foreignBranch}'`);
    await connection.query(`XA PREPARE '${foreignBranch}'`);
    connection.destroy();
    await pool.end();
  }

  async #answers(name: BankName): Promise<boolean> {
    try {
      if (name === 'cards') {
        const connection = await createConnection(this.#mariadbUrl('mysql'));
        await connection.query('SELECT 1');
        await connection.end();
      } else {
        const client = new Client({ connectionString: this.urls[name] });
        client.on('error', () => {});
        await client.connect();
        await client.query('SELECT 1');
        await client.end();
      }
      return true;
    } catch {
      return false;
    }
  }

  #mariadbUrl(database: string): string {
    return `mysql://root@127.0.0.1:${this.#portOf('cards')}/${database}`;
  }

  #portOf(name: BankName): number {
    return this.#servers.get(name)!.port;
  }

  #folderOf(name: BankName): string {
    return join(this.folder, name);
  }
}

function environmentOr(service: string, program: string): string {
  return process.env[`HOLDFAST_${service}_SERVER`] ?? program;
}
