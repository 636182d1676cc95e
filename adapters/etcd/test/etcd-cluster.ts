import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '@holdfast/runtime/testkit';

/** A real etcd of a test's own, of one member or more, to be paused, killed and started again. */
export class EtcdCluster {
  readonly members: readonly EtcdMember[];
  readonly #folder: string;

  private constructor(members: readonly EtcdMember[], folder: string) {
    this.members = members;
    this.#folder = folder;
  }

  static async start(size: number, { tls = false }: { readonly tls?: boolean } = {}): Promise<EtcdCluster> {
    const program = process.env['HOLDFAST_ETCD_SERVER'] ?? 'etcd';
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-etcd-'));
    const ports = await freePorts(2 * size);
    const names = Array.from({ length: size }, (_, index) => `member-${index}`);
    const peers = names.map((name, index) => `${name}=http://127.0.0.1:${ports[size + index]}`).join();
    const members = names.map((name, index) => {
      const client = `${tls ? 'https' : 'http'}://127.0.0.1:${ports[index]}`;
      const peer = `http://127.0.0.1:${ports[size + index]}`;
      const args = [
        ...['--name', name, '--data-dir', join(folder, name)],
        ...['--listen-client-urls', client, '--advertise-client-urls', client],
        ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
        ...['--initial-cluster', peers, '--log-level', 'error', '--unsafe-no-fsync'],
        // A loaded machine is no reason to elect.
        ...['--heartbeat-interval', '100', '--election-timeout', '1000'],
        ...(tls ? ['--auto-tls'] : []),
      ];
      return new EtcdMember(program, args, client, join(folder, name));
    });
    const cluster = new EtcdCluster(members, folder);
    await Promise.all(members.map((member) => member.start()));
    return cluster;
  }

  get endpoints(): string[] {
    return this.members.map(({ endpoint }) => endpoint);
  }

  async dispose(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

class EtcdMember {
  readonly endpoint: string;
  /** The file with the certificate that it signed for itself, where it speaks TLS. */
  readonly certificate: string;
  readonly #program: string;
  readonly #args: readonly string[];
  readonly #port: number;
  #child: ChildProcess | undefined;

  constructor(program: string, args: readonly string[], endpoint: string, folder: string) {
    this.#program = program;
    this.#args = args;
    this.#port = Number(new URL(endpoint).port);
    this.endpoint = endpoint;
    this.certificate = join(folder, 'fixtures', 'client', 'cert.pem');
  }

  async start(): Promise<void> {
    this.#child = spawn(this.#program, this.#args, { stdio: 'ignore' });
    while (!(await accepts(this.#port))) {
      if (this.#child.exitCode !== null) throw new Error(`etcd ended with exit code ${this.#child.exitCode}`);
      await sleep(20);
    }
  }

  /** Holds it still, connections open. */
  /** Resolves when it stands still: a signal takes effect a little later than it is sent. */
  async pause(): Promise<void> {
    const { pid } = this.#child!;
    process.kill(pid!, 'SIGSTOP');
    while (!readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') T ')) await sleep(5);
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.signalCode !== null || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
