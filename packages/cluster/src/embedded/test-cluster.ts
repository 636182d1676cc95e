import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duration, invalidArgument, sleep } from '@holdfast/core';
import { nodeNetwork } from '@holdfast/runtime';
import type { ClusterClient } from '../client/cluster-client.ts';
import { MemberThread, memberProgram, type ThreadProgram } from './member-thread.ts';
import { threadClient } from './thread-client.ts';
import type { ThreadOptions, ThreadStatus } from './thread-messages.ts';

export interface TestClusterOptions
  extends Pick<
    ThreadOptions,
    'electionTimeout' | 'heartbeatInterval' | 'reads' | 'snapshots' | 'quotaBytes'
  > {
  /**
   * For a call of its clients with all its attempts. Default `'30s'`: elections may take several rounds where the processors
   * are busy with other tests.
   */
  readonly requestTimeout?: Duration;
}

/** A cluster for a test: real members, in threads of this process, on loopback and in temporary folders. */
export interface TestCluster extends AsyncDisposable {
  /** A client of all members. */
  readonly store: ClusterClient;
  /** A client of one member, numbered from 0. */
  storeOf(member: number): ClusterClient;
  /** @throws HoldfastError MEMBER_STOPPED when it is killed. */
  status(member: number): Promise<ThreadStatus>;
  /** The number of the member that leads, as soon as there is one that a majority follows. */
  leader(): Promise<number>;
  /** Ends a member where it stands, as SIGKILL does. */
  kill(member: number): Promise<void>;
  /** Starts a member that was killed, in the folder that it left. */
  restart(member: number): Promise<void>;
  /** Cuts a member off from the others; what is returned heals that. Its clients still reach it. */
  cut(member: number): () => void;
  /** Ends everything, and removes the folders. */
  stop(): Promise<void>;
}

/** Starts a cluster of so many members, and waits until one of them leads. */
export function testCluster(size: number, options: TestClusterOptions = {}): Promise<TestCluster> {
  return testClusterIn(memberProgram, size, options);
}

/** The same with another program for the threads. */
export async function testClusterIn(
  program: ThreadProgram,
  size: number,
  options: TestClusterOptions = {},
): Promise<TestCluster> {
  if (!(Number.isInteger(size) && size >= 1 && size <= 9)) {
    throw invalidArgument('size', size, 'a whole number from 1 to 9');
  }
  const cluster = new ThreadCluster(program, await mkdtemp(join(tmpdir(), 'holdfast-')), size, options);
  try {
    await cluster.start();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** For one attempt of a call, before another member is asked. */
const attemptTimeout: Duration = '2s';
/** Milliseconds between two looks for a leader. */
const lookEvery = 20;

class ThreadCluster implements TestCluster {
  readonly store: ClusterClient;
  readonly #program: ThreadProgram;
  readonly #dir: string;
  readonly #names: readonly string[];
  readonly #options: Omit<TestClusterOptions, 'requestTimeout'>;
  readonly #threads = new Map<string, MemberThread>();
  readonly #clients: ClusterClient[];
  #initialCluster: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(
    program: ThreadProgram,
    dir: string,
    size: number,
    { requestTimeout = '30s', ...options }: TestClusterOptions,
  ) {
    this.#program = program;
    this.#dir = dir;
    this.#options = options;
    this.#names = Array.from({ length: size }, (_, index) => `member-${index}`);
    const threadOf = (name: string): MemberThread | undefined => this.#threads.get(name);
    const limits = { requestTimeout, attemptTimeout };
    this.store = threadClient(this.#names, threadOf, limits);
    this.#clients = this.#names.map((name) => threadClient([name], threadOf, limits));
  }

  async start(): Promise<void> {
    const ports = await freePorts(this.#names.length);
    this.#initialCluster = new Map(
      this.#names.map((name, index) => [name, [`http://127.0.0.1:${ports[index]}`]]),
    );
    await Promise.all(this.#names.map((name) => this.#start(name)));
    await this.leader();
  }

  storeOf(member: number): ClusterClient {
    this.#nameOf(member);
    return this.#clients[member]!;
  }

  async status(member: number): Promise<ThreadStatus> {
    return this.#thread(member).status();
  }

  async leader(): Promise<number> {
    for (;;) {
      const found = await Promise.allSettled([...this.#threads.values()].map((thread) => thread.status()));
      const statuses = found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      for (const { id, name, role, term } of statuses) {
        const following = statuses.filter((each) => each.leader === id && each.term === term).length;
        if (role === 'leader' && following > this.#names.length / 2) return this.#names.indexOf(name);
      }
      await sleep(lookEvery);
    }
  }

  async kill(member: number): Promise<void> {
    const thread = this.#thread(member);
    this.#threads.delete(thread.name);
    await thread.kill();
  }

  async restart(member: number): Promise<void> {
    const name = this.#nameOf(member);
    if (this.#threads.has(name)) await this.kill(member);
    await this.#start(name);
  }

  cut(member: number): () => void {
    const thread = this.#thread(member);
    thread.cut(true);
    return () => thread.cut(false);
  }

  async stop(): Promise<void> {
    await Promise.all([this.store, ...this.#clients].map((client) => client.close()));
    await Promise.all([...this.#threads.values()].map((thread) => thread.kill()));
    this.#threads.clear();
    await rm(this.#dir, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #start(name: string): Promise<void> {
    const thread = await MemberThread.start(
      { ...this.#options, name, dir: join(this.#dir, name), initialCluster: this.#initialCluster },
      this.#program,
    );
    this.#threads.set(name, thread);
  }

  #thread(member: number): MemberThread {
    const thread = this.#threads.get(this.#nameOf(member));
    if (thread === undefined) throw invalidArgument('member', member, 'one that was not killed');
    return thread;
  }

  #nameOf(member: number): string {
    const name = this.#names[member];
    if (name === undefined) throw invalidArgument('member', member, `from 0 to ${this.#names.length - 1}`);
    return name;
  }
}

/**
 * Ports of loopback that nobody has just now, below those that systems give to outgoing connections: such a one could take a
 * member's port while the member is down.
 */
async function freePorts(count: number): Promise<number[]> {
  const network = nodeNetwork();
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    try {
      const listener = await network.listen(port, (connection) => connection.destroy());
      await listener.close();
      ports.add(port);
    } catch {
      // Somebody has it: another one.
    }
  }
  return [...ports];
}
