import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type HostWorld, type Listener, platformWorld, sleep, toMicros } from '@holdfast/core';
import { nodeDisk, nodeNetwork } from '@holdfast/runtime';
import { AuthService } from '../auth/auth-service.ts';
import { Callers } from '../auth/callers.ts';
import { ScryptHashing } from '../auth/password-hashing.ts';
import { Tokens } from '../auth/tokens.ts';
import { UsersAndRoles } from '../auth/users-and-roles.ts';
import { GrpcServer } from '../grpc/grpc-server.ts';
import type { ClusterMember } from '../member/cluster-member.ts';
import { startMember } from '../member/start-member.ts';
import { apiVersion } from '../services/api-version.ts';
import type { MethodTable } from '../services/call.ts';
import { clusterServices } from '../services/cluster-services.ts';
import { Headers } from '../services/headers.ts';
import { Store } from '../state/store.ts';
import { alarmNames } from './alarm-names.ts';
import { AutoCompactor } from './auto-compaction.ts';
import { addressesOf, closeAll, openClientDoors, openMetricsDoors } from './client-doors.ts';
import type { Node, NodeAddresses } from './node.ts';
import type { NodeOptions } from './node-options.ts';
import { type NodeUrl, type NodeUrlScheme, parseNodeUrl } from './node-url.ts';
import { ObservedDisk } from './observed-disk.ts';
import { observedMethods } from './observed-methods.ts';
import { statusPages } from './status-pages.ts';

const requestBytesDefault = 1_572_864;
/** What etcd lets a message be longer than the request in it. */
const messageOverhead = 524_288;

/**
 * Starts a node: a member of a cluster in this thread, over this machine's disk and network, with everything that clients
 * reach it by. Resolves once it has recovered what its folder holds, takes part, and listens.
 *
 * @throws HoldfastError INVALID_ARGUMENT naming the option; ADDRESS_IN_USE; and what `startMember` throws.
 */
export async function startNode(options: NodeOptions): Promise<Node> {
  const urls = urlsOf(options);
  const name = options.name ?? 'default';
  const { clock, random, timers } = platformWorld();
  const world = { clock, random, timers };
  const { host } = urls.peer.address;
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const hostWorld: HostWorld = {
    ...world,
    network: nodeNetwork({ host, tls: urls.peer.encrypted ? options.peerTls : undefined }),
    disk: new ObservedDisk(nodeDisk(resolve(options.dataDir)), world.clock, name),
  };
  const usersAndRoles = new UsersAndRoles();
  const store = new Store({
    auth: usersAndRoles,
    ...(options.quotaBytes !== undefined && { quota: options.quotaBytes }),
  });
  const member = await startMember({
    world: hostWorld,
    name,
    state: store,
    listenPeers: urls.peer.address,
    peerUrls: options.advertisePeerUrls ?? [urls.peer.text],
    clientUrls: options.advertiseClientUrls ?? urls.client.map(({ text }) => text),
    ...(options.initialCluster !== undefined && { initialCluster: options.initialCluster }),
    ...(options.initialClusterState !== undefined && { initialClusterState: options.initialClusterState }),
    ...(options.initialClusterToken !== undefined && { initialClusterToken: options.initialClusterToken }),
    ...(options.heartbeatInterval !== undefined && { heartbeatInterval: options.heartbeatInterval }),
    ...(options.electionTimeout !== undefined && { electionTimeout: options.electionTimeout }),
    ...(options.strictReconfigCheck !== undefined && { strictReconfigCheck: options.strictReconfigCheck }),
    ...(options.snapshotEntries !== undefined && { snapshots: { logEntries: options.snapshotEntries } }),
  });
  const node = new RunningNode(options, hostWorld, member, store, methodsOf());
  try {
    await node.open(urls);
    return node;
  } catch (error) {
    await node.stop();
    throw error;
  }

  function methodsOf(): MethodTable {
    const tokens = new Tokens(usersAndRoles, () => member.clusterTime());
    const callers = new Callers(usersAndRoles, tokens, {
      byCertificate: options.clientTls?.mutual ?? false,
      readBarrier: (signal) => member.readBarrier({ signal }),
    });
    const headers = new Headers(member, store);
    const auth = new AuthService({
      member,
      usersAndRoles,
      tokens,
      callers,
      passwords: new ScryptHashing(),
      secret: randomBytes,
      headers,
    });
    const methods = clusterServices({
      member,
      store,
      world,
      callers,
      further: auth.methods(),
      limits: {
        requestBytesMax: options.requestBytesMax ?? requestBytesDefault,
        transactionOperationsMax: options.transactionOperationsMax ?? 128,
      },
    });
    return options.observeMethod === undefined
      ? methods
      : observedMethods(methods, options.observeMethod, world.clock);
  }
}

interface NodeUrls {
  readonly client: readonly NodeUrl[];
  readonly native: readonly NodeUrl[];
  readonly peer: NodeUrl;
  readonly metrics: readonly NodeUrl[];
}

function urlsOf(options: NodeOptions): NodeUrls {
  const read = (urls: readonly string[], field: string, schemes: readonly NodeUrlScheme[]) =>
    urls.map((url, index) => parseNodeUrl(url, `${field}[${index}]`, schemes));
  const { listenClientUrls = ['http://127.0.0.1:2379'], listenPeerUrl = 'http://127.0.0.1:2380' } = options;
  const { listenNativeUrls = ['tcp://127.0.0.1:2378'], listenMetricsUrls = [] } = options;
  return {
    client: read(listenClientUrls, 'listenClientUrls', ['http', 'https']),
    native: read(listenNativeUrls, 'listenNativeUrls', ['tcp', 'tls']),
    peer: parseNodeUrl(listenPeerUrl, 'listenPeerUrl', ['http', 'https']),
    metrics: read(listenMetricsUrls, 'listenMetricsUrls', ['http', 'https']),
  };
}

/** A member at work behind its doors. */
class RunningNode implements Node {
  readonly member: ClusterMember;
  readonly store: Store;
  readonly stopped: Promise<void>;
  readonly #options: NodeOptions;
  readonly #world: HostWorld;
  readonly #grpc: GrpcServer;
  readonly #compactor: AutoCompactor | undefined;
  #clientDoors: readonly Listener[] = [];
  #metricsDoors: readonly Listener[] = [];
  #addresses: NodeAddresses | undefined;
  #leaving: Promise<void> | undefined;

  constructor(
    options: NodeOptions,
    world: HostWorld,
    member: ClusterMember,
    store: Store,
    methods: MethodTable,
  ) {
    this.member = member;
    this.store = store;
    this.#options = options;
    this.#world = world;
    const messageBytesMax = (options.requestBytesMax ?? requestBytesDefault) + messageOverhead;
    this.#grpc = new GrpcServer(methods, world, { messageBytesMax });
    const { autoCompaction } = options;
    this.#compactor = autoCompaction && new AutoCompactor(autoCompaction, member, world);
    this.stopped = member.stopped.finally(() => this.#letGo());
    this.stopped.catch(() => {}); // Whoever cares has taken it up.
  }

  async open(urls: NodeUrls): Promise<void> {
    const condition = {
      unhealthy: () => this.unhealthy(),
      unready: () => (this.#leaving === undefined ? this.#leaderless() : 'leaving'),
      version: { server: apiVersion, cluster: apiVersion },
    };
    const pages = statusPages(condition, this.#options.http);
    const doors = {
      world: this.#world,
      tls: this.#options.clientTls,
      grpc: this.#grpc,
      web:
        ({ local }: { local: NodeUrl['address'] }) =>
        (request: Parameters<typeof pages>[0]) =>
          pages(request, local),
    };
    this.#clientDoors = await openClientDoors(urls.client, doors);
    this.#metricsDoors = await openMetricsDoors(urls.metrics, doors);
    this.#addresses = {
      client: addressesOf(this.#clientDoors),
      native: [],
      peer: urls.peer.address,
      metrics: addressesOf(this.#metricsDoors),
    };
  }

  get addresses(): NodeAddresses {
    return this.#addresses!;
  }

  connections(): { readonly grpc: number; readonly native: number } {
    return { grpc: this.#grpc.connections, native: 0 };
  }

  unhealthy(): string | undefined {
    const alarms = this.store.alarms().map(({ alarm }) => `alarm ${alarmNames[alarm] ?? alarm}`);
    const { readOnly } = this.member.status();
    const wrong = [this.#leaderless(), ...new Set(alarms), readOnly ? 'disk full' : undefined];
    const said = wrong.filter((each) => each !== undefined);
    return said.length === 0 ? undefined : said.join(', ');
  }

  async stop(): Promise<void> {
    this.#leaving ??= this.#leave(toMicros(this.#options.grace ?? '5s', 'grace'));
    await this.#leaving;
  }

  #leaderless(): string | undefined {
    return this.member.status().leader === undefined ? 'no leader' : undefined;
  }

  async #leave(grace: number): Promise<void> {
    const until = this.#world.clock.now() + grace;
    await this.#handOver(grace / 2);
    await closeAll(this.#clientDoors);
    const over = new AbortController();
    const graceOver = sleep(Math.max(0, until - this.#world.clock.now()) / 1_000, {
      world: this.#world,
      signal: over.signal,
    }).catch(() => {});
    await Promise.race([this.#grpc.drain(), graceOver]);
    over.abort();
    await this.member.stop({ grace: Math.max(0, until - this.#world.clock.now()) });
    await this.stopped;
  }

  /** While it still serves, so that those who write meanwhile are answered. */
  async #handOver(timeout: number): Promise<void> {
    const { member } = this;
    const { role } = member.status();
    const voters = member.members().filter(({ learner }) => !learner);
    if (role !== 'leader' || voters.length < 2) return;
    try {
      await member.moveLeader(undefined, { timeout });
    } catch {
      // Nobody can take it: the others elect one of them when they miss this one.
    }
  }

  /** The member has stopped, by itself or not. */
  async #letGo(): Promise<void> {
    this.#compactor?.stop();
    this.#grpc.destroy();
    await closeAll([...this.#clientDoors, ...this.#metricsDoors]);
  }
}
