import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@holdfast/runtime/testkit';
import { untilAnswering } from './until-answering.ts';

/** A real etcd of one member, of this test's own: the oracle. */
export class PrivateEtcd {
  readonly address: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(address: string, child: ChildProcess, folder: string) {
    this.address = address;
    this.#child = child;
    this.#folder = folder;
  }

  static async start(): Promise<PrivateEtcd> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-oracle-'));
    const [client, peer] = (await freePorts(2)) as [number, number];
    const program = process.env['HOLDFAST_ETCD_SERVER'] ?? 'etcd';
    const child = spawn(
      program,
      [
        ...['--name', 'oracle', '--data-dir', folder],
        ...['--listen-client-urls', `http://127.0.0.1:${client}`],
        ...['--advertise-client-urls', `http://127.0.0.1:${client}`],
        ...['--listen-peer-urls', `http://127.0.0.1:${peer}`],
        ...['--initial-advertise-peer-urls', `http://127.0.0.1:${peer}`],
        ...['--initial-cluster', `oracle=http://127.0.0.1:${peer}`],
        // The least there is: these tests authenticate often.
        ...['--bcrypt-cost', '4'],
        ...['--unsafe-no-fsync', '--log-level', 'error'],
      ],
      { stdio: 'ignore' },
    );
    await untilAnswering(child, client);
    return new PrivateEtcd(`127.0.0.1:${client}`, child, folder);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}
