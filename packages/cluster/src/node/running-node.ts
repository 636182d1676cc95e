import { type HostWorld, type Listener, sleep, toMicros } from '@holdfast/core';
import type { FolderOwnership } from '@holdfast/runtime';
import { GrpcServer } from '../grpc/grpc-server.ts';
import type { ClusterMember } from '../member/cluster-member.ts';
import type { ClusterReport } from '../member/inspection/cluster-report.ts';
import type { NativeServer } from '../native/serve-native.ts';
import { alarmNames } from '../services/alarm-names.ts';
import { apiVersion } from '../services/api-version.ts';
import type { MethodTable } from '../services/call.ts';
import type { Store } from '../state/store.ts';
import { AutoCompactor } from './auto-compaction.ts';
import { addressesOf, closeAll, openClientDoors, openMetricsDoors } from './client-doors.ts';
import { serveHttp2Page } from './http2-page.ts';
import { clusters, inspectCluster } from './inspected-cluster.ts';
import { destroyAll, drainAll, openNativeDoors } from './native-doors.ts';
import type { Node, NodeAddresses } from './node.ts';
import { type NodeOptions, requestBytesMaxOf } from './node-options.ts';
import type { NodeUrls } from './node-urls.ts';
import { type StatusPages, statusPages } from './status-pages.ts';

/** What etcd lets a message be longer than the request in it. */
const messageOverhead = 524_288;

export interface NodeParts {
  readonly options: NodeOptions;
  readonly world: HostWorld;
  readonly member: ClusterMember;
  readonly store: Store;
  readonly methods: MethodTable;
  readonly folder: FolderOwnership;
}

/** A member at work behind its doors. */
export class RunningNode implements Node {
  readonly member: ClusterMember;
  readonly store: Store;
  readonly stopped: Promise<void>;
  readonly #parts: NodeParts;
  readonly #grpc: GrpcServer;
  readonly #messageBytesMax: number;
  readonly #pages: StatusPages;
  readonly #compactor: AutoCompactor | undefined;
  #clientDoors: readonly Listener[] = [];
  #metricsDoors: readonly Listener[] = [];
  #nativeDoors: readonly NativeServer[] = [];
  #addresses: NodeAddresses | undefined;
  #leaving: Promise<void> | undefined;

  constructor(parts: NodeParts) {
    const { member, methods, options, store, world } = parts;
    this.member = member;
    this.store = store;
    this.#parts = parts;
    this.#messageBytesMax = requestBytesMaxOf(options) + messageOverhead;
    this.#pages = statusPages(
      {
        unhealthy: () => this.unhealthy(),
        unready: () => (this.#leaving === undefined ? this.#leaderless() : 'leaving'),
        version: { server: apiVersion, cluster: apiVersion },
      },
      options.http,
    );
    this.#grpc = new GrpcServer(methods, world, {
      messageBytesMax: this.#messageBytesMax,
      plain: (stream, { local }) => serveHttp2Page(stream, (request) => this.#pages(request, local)),
    });
    const { autoCompaction } = options;
    this.#compactor = autoCompaction && new AutoCompactor(autoCompaction, member, world);
    this.stopped = member.stopped.finally(() => this.#letGo());
    this.stopped.catch(() => {}); // Whoever cares has taken it up.
  }

  async open(urls: NodeUrls): Promise<void> {
    const { methods, options, world } = this.#parts;
    const { clientTls: tls } = options;
    const doors = { world, tls, grpc: this.#grpc, pages: this.#pages };
    this.#clientDoors = await openClientDoors(urls.client, doors);
    this.#metricsDoors = await openMetricsDoors(urls.metrics, doors);
    const messageBytesMax = this.#messageBytesMax;
    this.#nativeDoors = await openNativeDoors(urls.native, { world, tls, methods, messageBytesMax });
    this.#addresses = {
      client: addressesOf(this.#clientDoors),
      native: addressesOf(this.#nativeDoors),
      peer: urls.peer.address,
      metrics: addressesOf(this.#metricsDoors),
    };
    clusters.add(this);
  }

  report(): Promise<ClusterReport> {
    return inspectCluster(this.member, this.store);
  }

  get addresses(): NodeAddresses {
    return this.#addresses!;
  }

  connections(): { readonly grpc: number; readonly native: number } {
    const native = this.#nativeDoors.reduce((sum, { clients }) => sum + clients, 0);
    return { grpc: this.#grpc.connections, native };
  }

  unhealthy(): string | undefined {
    const alarms = this.store.alarms().map(({ alarm }) => `alarm ${alarmNames[alarm] ?? alarm}`);
    const { readOnly } = this.member.status();
    const wrong = [this.#leaderless(), ...new Set(alarms), readOnly ? 'disk full' : undefined];
    const said = wrong.filter((each) => each !== undefined);
    return said.length === 0 ? undefined : said.join(', ');
  }

  async stop(): Promise<void> {
    this.#leaving ??= this.#leave(toMicros(this.#parts.options.grace ?? '5s', 'grace'));
    await this.#leaving;
  }

  #leaderless(): string | undefined {
    return this.member.status().leader === undefined ? 'no leader' : undefined;
  }

  async #leave(grace: number): Promise<void> {
    const { clock } = this.#parts.world;
    const until = clock.now() + grace;
    const left = () => Math.max(0, until - clock.now());
    await this.#handOver(grace / 2);
    await closeAll(this.#clientDoors);
    const drained = Promise.all([this.#grpc.drain(), drainAll(this.#nativeDoors)]);
    await this.#atMost(left(), drained);
    await this.member.stop({ grace: left() });
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

  /** Waits for `done`, for so many microseconds. */
  async #atMost(micros: number, done: Promise<unknown>): Promise<void> {
    const { world } = this.#parts;
    const waiting = new AbortController();
    const over = sleep(micros / 1_000, { world, signal: waiting.signal }).catch(() => {});
    await Promise.race([done, over]);
    waiting.abort();
  }

  /** The member has stopped, by itself or not. */
  async #letGo(): Promise<void> {
    clusters.delete(this);
    this.#compactor?.stop();
    this.#grpc.destroy();
    await destroyAll(this.#nativeDoors);
    await closeAll([...this.#clientDoors, ...this.#metricsDoors]);
    await this.#parts.folder.release();
  }
}
