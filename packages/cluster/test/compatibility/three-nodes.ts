import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestCertificate } from '@holdfast/runtime/testkit';
import { freePorts } from '@holdfast/runtime/testkit';
import { untilAnswering } from './until-answering.ts';

const program = fileURLToPath(new URL('node-process.ts', import.meta.url));

/** Three nodes of one cluster, each a process with a folder on the disk, as a user runs them. */
export class ThreeNodes {
  /** Where clients reach each: `http://` or `https://`. */
  readonly urls: readonly string[];
  readonly #folder: string;
  readonly #commands: readonly (readonly string[])[];
  readonly #processes: ChildProcess[] = [];

  private constructor(folder: string, urls: readonly string[], commands: readonly (readonly string[])[]) {
    this.#folder = folder;
    this.urls = urls;
    this.#commands = commands;
  }

  /** `certificate` is shown to clients; with `mutual` they must show one of the same authority. Without: no TLS. */
  static async start(certificate?: TestCertificate, mutual = false): Promise<ThreeNodes> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-three-nodes-'));
    const ports = await freePorts(6);
    const scheme = certificate === undefined ? 'http' : 'https';
    const urls = ports.slice(0, 3).map((port) => `${scheme}://127.0.0.1:${port}`);
    const peerUrls = ports.slice(3).map((port) => `http://127.0.0.1:${port}`);
    const initialCluster = peerUrls.map((url, index) => [`node${index}`, [url]]);
    const commands = urls.map((url, index) => {
      const options = {
        name: `node${index}`,
        dataDir: join(folder, `node${index}`),
        listenClientUrls: [url],
        listenNativeUrls: [],
        listenPeerUrl: peerUrls[index],
        initialCluster,
        ...(certificate && { clientTls: { ...certificate, mutual } }),
      };
      return ['--import', 'tsx', '--conditions=@holdfast/source', program, JSON.stringify(options)];
    });
    const nodes = new ThreeNodes(folder, urls, commands);
    await Promise.all(urls.map((_url, index) => nodes.startNode(index)));
    return nodes;
  }

  async startNode(index: number): Promise<void> {
    const child = spawn(process.execPath, this.#commands[index]!, { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#processes[index] = child;
    await untilAnswering(child, Number(new URL(this.urls[index]!).port));
  }

  async kill(index: number): Promise<void> {
    const ended = once(this.#processes[index]!, 'exit');
    this.#processes[index]!.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    const running = this.#processes.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    );
    const ended = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(ended);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
