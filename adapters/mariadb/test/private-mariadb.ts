import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@holdfast/runtime/testkit';
import { createConnection } from 'mysql2/promise';

type Settings = Readonly<Record<string, string | number>>;

/** A server of a test's own, to be killed and started again. It runs as MariaDB's own user where we are root. */
export class PrivateMariadb {
  readonly port: number;
  readonly #program = process.env['HOLDFAST_MARIADB_SERVER'] ?? '/usr/sbin/mariadbd';
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdfast-mariadb-'));
  readonly #options: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, settings: Settings) {
    this.port = port;
    const owner = process.getuid?.() === 0 ? ['--user=mysql'] : [];
    if (owner.length > 0) {
      const id = (flag: string) => Number(execFileSync('id', [flag, 'mysql'], { encoding: 'utf8' }));
      chownSync(this.#folder, id('-u'), id('-g'));
      chmodSync(this.#folder, 0o755);
    }
    const data = ['--no-defaults', ...owner, `--datadir=${join(this.#folder, 'data')}`];
    const install = [...data, '--auth-root-authentication-method=normal', '--skip-test-db'];
    // What it says against it becomes part of the error.
    execFileSync('mariadb-install-db', install, { stdio: ['ignore', 'ignore', 'pipe'] });
    const all = { port, bind_address: '127.0.0.1', socket: join(this.#folder, 'socket'), ...settings };
    this.#options = [...data, ...Object.entries(all).map(([name, value]) => `--${name}=${value}`)];
  }

  static async start(settings: Settings = {}): Promise<PrivateMariadb> {
    const server = new PrivateMariadb(await freePort(), settings);
    await server.start();
    const connection = await createConnection(server.urlOf('mysql'));
    await connection.query('CREATE DATABASE IF NOT EXISTS bank');
    await connection.end();
    return server;
  }

  get url(): string {
    return this.urlOf('bank');
  }

  urlOf(database: string): string {
    return `mysql://root@127.0.0.1:${this.port}/${database}`;
  }

  async start(): Promise<void> {
    this.#child = spawn(this.#program, this.#options, { stdio: 'ignore' });
    while (!(await this.#answers())) await sleep(50);
  }

  /** Kills it, as a power failure does that spares the disk. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    try {
      const connection = await createConnection(this.urlOf('mysql'));
      await connection.query('SELECT 1');
      await connection.end();
      return true;
    } catch {
      return false;
    }
  }
}
