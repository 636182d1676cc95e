import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@holdfast/runtime/testkit';
import { connect, type NatsConnection } from '@nats-io/transport-node';

/** A NATS server of a test's own, to be killed and started again on what it keeps. */
export class PrivateNats {
  readonly port: number;
  readonly #program: string;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'holdfast-nats-'));
  readonly #connections: NatsConnection[] = [];
  #child: ChildProcess | undefined;

  private constructor(program: string, port: number) {
    this.#program = program;
    this.port = port;
  }

  static async start(program: string): Promise<PrivateNats> {
    const nats = new PrivateNats(program, await freePort());
    await nats.start();
    return nats;
  }

  async start(): Promise<void> {
    const args = [
      '--addr',
      '127.0.0.1',
      '--port',
      `${this.port}`,
      '--jetstream',
      '--store_dir',
      this.#folder,
    ];
    this.#child = spawn(this.#program, args, { stdio: 'ignore' });
    while (!(await accepts(this.port))) await sleep(20);
  }

  /** A connection that outlives the server's restarts. */
  async connect(): Promise<NatsConnection> {
    const connection = await connect({
      servers: `127.0.0.1:${this.port}`,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
    });
    this.#connections.push(connection);
    return connection;
  }

  async kill(): Promise<void> {
    if (this.#child === undefined || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
