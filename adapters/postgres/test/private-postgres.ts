import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startPostgres } from '../../../tools/postgres-server.ts';

/** A server of a test's own, to be killed and started again. */
export class PrivatePostgres {
  readonly port: number;
  readonly #program: string;
  readonly #folder: string;
  readonly #settings: Readonly<Record<string, string | number>>;
  #child: ChildProcess | undefined;

  private constructor(port: number, settings: Readonly<Record<string, string | number>>) {
    this.port = port;
    this.#program = process.env['HOLDFAST_POSTGRES_SERVER'] ?? '/usr/lib/postgresql/15/bin/postgres';
    this.#folder = join(mkdtempSync(join(tmpdir(), 'holdfast-postgres-')), 'server');
    mkdirSync(this.#folder);
    this.#settings = settings;
  }

  static async start(
    settings: Readonly<Record<string, string | number>> = { max_prepared_transactions: 64 },
  ): Promise<PrivatePostgres> {
    const server = new PrivatePostgres(await freePort(), settings);
    await server.start();
    return server;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  async start(): Promise<void> {
    this.#child = startPostgres(this.#program, { port: this.port, folder: this.#folder }, this.#settings);
    while (!(await this.#answers())) await sleep(50);
  }

  /** Kills it with all its processes, as a power failure does that spares the disk. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    // Its other processes end when they find that it is gone; on SIGQUIT it ends them at once, without any saving.
    child.kill('SIGQUIT');
    await exited;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(join(this.#folder, '..'), { recursive: true, force: true });
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
