import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { folderOnDisk } from '../../harness/folder-on-disk.ts';

const programs = '/usr/lib/postgresql/15/bin';

/** A PostgreSQL of Debian with its own settings, but for what two-phase commit needs; on the disk of this checkout. */
export class PostgresServer {
  readonly #folder: string;
  readonly #port: number;
  readonly #child: ChildProcess;
  #watch: Client | undefined;

  private constructor(folder: string, port: number, child: ChildProcess) {
    this.#folder = folder;
    this.#port = port;
    this.#child = child;
  }

  static async start(): Promise<PostgresServer> {
    const folder = mkdtempSync(join(folderOnDisk(), 'bench-postgres-'));
    const port = await freePort();
    const who = identity();
    chmodSync(folder, 0o700);
    if (who.uid !== undefined) chownSync(folder, who.uid, who.gid!);
    const options = { cwd: folder, stdio: 'ignore' as const, ...who };
    const data = join(folder, 'data');
    execFileSync(
      join(programs, 'initdb'),
      ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'],
      options,
    );
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: folder,
      max_prepared_transactions: 128,
      max_connections: 200,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(programs, 'postgres'), ['-D', data, '-p', `${port}`, ...flags], options);
    // Where a subject fails on its way, its server does not stay.
    process.once('exit', () => child.kill('SIGQUIT'));
    const server = new PostgresServer(folder, port, child);
    while (!(await server.#answers())) await sleep(100);
    return server;
  }

  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.#port}/${database}`;
  }

  async query(text: string, database = 'postgres'): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({ connectionString: this.url(database) });
    await client.connect();
    try {
      return (await client.query(text)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }

  /** Transactions that wrote and were committed so far: what the write-ahead log has flushed commit records for. */
  async commits(): Promise<number> {
    this.#watch ??= await this.#connect();
    const { rows } = await this.#watch.query('SELECT pg_current_snapshot()::text AS snapshot');
    return Number((rows[0] as { snapshot: string }).snapshot.split(':')[1]);
  }

  async stop(): Promise<void> {
    await this.#watch?.end();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGQUIT');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #connect(): Promise<Client> {
    const client = new Client({ connectionString: this.url() });
    await client.connect();
    return client;
  }

  async #answers(): Promise<boolean> {
    try {
      await this.query('SELECT 1');
      return true;
    } catch {
      return false;
    }
  }
}

/** Empty where it is not installed. */
export function postgresVersion(): string {
  const { stdout } = spawnSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' });
  return /(\d+\.\d+)/.exec(stdout ?? '')?.[1] ?? '';
}

/** PostgreSQL refuses to run as root. */
function identity(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
