import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleepFor } from 'node:timers/promises';
import { type ClusterClient, clusterClient, nativeChannels } from '@holdfast/cluster';
import { platformWorld } from '@holdfast/core';
import { nodeNetwork, type TlsOptions } from '@holdfast/runtime';
import { freePorts } from '@holdfast/runtime/testkit';
import { CommandProcess } from './command-process.ts';

/** Where a member listens, and its folder. */
export interface NodePlace {
  readonly name: string;
  readonly folder: string;
  readonly clientPort: number;
  readonly nativePort: number;
  readonly peerPort: number;
}

/** Members of one cluster, each in a process of its own, with folders that go when it does. */
export class NodeProcesses {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'holdfast-nodes-'));
  readonly places = new Map<string, NodePlace>();
  readonly running = new Map<string, CommandProcess>();
  readonly #started: CommandProcess[] = [];
  readonly #clients: ClusterClient[] = [];
  readonly #scheme: 'http' | 'https';
  readonly #options: readonly string[];

  /** `options` are given to every node. */
  constructor(options: readonly string[] = [], scheme: 'http' | 'https' = 'http') {
    this.#options = options;
    this.#scheme = scheme;
  }

  async place(name: string): Promise<NodePlace> {
    const [clientPort, nativePort, peerPort] = await freePorts(3);
    const place = {
      name,
      folder: join(this.folder, name),
      clientPort: clientPort!,
      nativePort: nativePort!,
      peerPort: peerPort!,
    };
    this.places.set(name, place);
    return place;
  }

  peerUrl(name: string): string {
    return `${this.#scheme}://127.0.0.1:${this.places.get(name)!.peerPort}`;
  }

  initialCluster(names: Iterable<string> = this.places.keys()): string {
    return [...names].map((name) => `${name}=${this.peerUrl(name)}`).join(',');
  }

  /** Starts a member; resolves once it listens. */
  async start(name: string, ...options: readonly string[]): Promise<CommandProcess> {
    const { clientPort, folder, nativePort } = this.places.get(name)!;
    const native = this.#scheme === 'http' ? 'tcp' : 'tls';
    const node = new CommandProcess([
      'node',
      ...['--name', name, '--data-dir', folder, '--log-format', 'json'],
      ...['--listen-client-urls', `${this.#scheme}://127.0.0.1:${clientPort}`],
      ...['--listen-native-urls', `${native}://127.0.0.1:${nativePort}`],
      ...['--listen-peer-urls', this.peerUrl(name)],
      ...this.#options,
      ...options,
    ]);
    this.#started.push(node);
    this.running.set(name, node);
    await node.line('out', (line) => line.includes('"event":"ready"'));
    return node;
  }

  /** Starts the first members of a cluster; resolves once each knows a leader. */
  async startAll(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.place(name);
    const cluster = this.initialCluster(names);
    await Promise.all(names.map((name) => this.start(name, '--initial-cluster', cluster)));
    await Promise.all(names.map((name) => this.ready(name)));
  }

  /** Resolves once the member takes requests. */
  async ready(name: string): Promise<void> {
    while ((await this.page(name, '/readyz')).status !== 200) await sleepFor(50);
  }

  async page(name: string, path: string): Promise<{ status: number; body: string }> {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.places.get(name)!.clientPort}${path}`);
      return { status: answer.status, body: await answer.text() };
    } catch (error) {
      return { status: 0, body: String(error) };
    }
  }

  /** Ends a member with a signal; resolves with its exit code. */
  async end(name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const node = this.running.get(name)!;
    this.running.delete(name);
    node.child.kill(signal);
    return (await node.exited).code;
  }

  /** The native addresses, as --endpoints takes them. */
  endpoints(...names: readonly string[]): string {
    const places =
      names.length === 0 ? [...this.places.values()] : names.map((name) => this.places.get(name)!);
    return places.map(({ nativePort }) => `127.0.0.1:${nativePort}`).join(',');
  }

  client(tls?: TlsOptions): ClusterClient {
    const { clock, random, timers } = platformWorld();
    const world = { clock, random, timers, network: nodeNetwork({ tls }) };
    const endpoints = this.endpoints().split(',');
    const client = clusterClient({
      endpoints,
      channels: nativeChannels(world),
      world,
      requestTimeout: '20s',
    });
    this.#clients.push(client);
    return client;
  }

  /** Ends everything by force. */
  async remove(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    for (const { child } of this.#started) child.kill('SIGKILL');
    await Promise.all(this.#started.map(({ exited }) => exited));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
