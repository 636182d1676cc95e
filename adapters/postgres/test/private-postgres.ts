import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@holdfast/runtime/testkit';
import { Client } from 'pg';

type Settings = Readonly<Record<string, string | number>>;

/** A server of a test's own, to be killed and started again. It runs as PostgreSQL's own user where we are root. */
export class PrivatePostgres {
  readonly port: number;
  readonly #program: string =
    process.env['HOLDFAST_POSTGRES_SERVER'] ?? '/usr/lib/postgresql/15/bin/postgres';
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'holdfast-postgres-'));
  readonly #identity: { readonly uid?: number; readonly gid?: number } = ownIdentity();
  readonly #settings: Settings;
  #child: ChildProcess | undefined;

  private constructor(port: number, settings: Settings) {
    this.port = port;
    this.#settings = settings;
  }

  static async start(settings: Settings = { max_prepared_transactions: 64 }): Promise<PrivatePostgres> {
    const server = new PrivatePostgres(await freePort(), settings);
    server.#makeCluster();
    await server.start();
    return server;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  async start(): Promise<void> {
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: this.#folder,
      ...this.#settings,
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.#child = spawn(this.#program, ['-D', this.#data, '-p', `${this.port}`, ...options], this.#options);
    while (!(await this.#answers())) await sleep(50);
  }

  /** Ends it with all its processes at once and without any saving: it recovers from its log when it is started again. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGQUIT');
    await exited;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  get #options(): { cwd: string; stdio: 'ignore'; uid?: number; gid?: number } {
    return { cwd: this.#folder, stdio: 'ignore', ...this.#identity };
  }

  #makeCluster(): void {
    const { uid, gid } = this.#identity;
    chmodSync(this.#folder, 0o700);
    if (uid !== undefined && gid !== undefined) chownSync(this.#folder, uid, gid);
    const initdb = join(dirname(this.#program), 'initdb');
    const args = ['--pgdata', this.#data, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8'];
    execFileSync(initdb, [...args, '--locale', 'C.UTF-8', '--no-sync'], this.#options);
  }

  async #answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.url });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('SELECT 1');
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  }
}

/** PostgreSQL refuses to run as root. */
function ownIdentity(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
