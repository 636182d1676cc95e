// Goal: the cluster as a whole (client, native protocol, services, state, Raft and journal) keeps the contract of
// coordination. Method: the contract suite in a simulation, with one member and with three, on a network that loses,
// repeats and reorders; members are killed and started on the disks that they left.

import type { CoordinationStore } from '@holdfast/coordination';
import { coordinationContract, type StoreUnderTest } from '@holdfast/coordination/testkit';
import { type HostWorld, sleep } from '@holdfast/core';
import { type HostContext, SimulatedWorld } from '@holdfast/simulation';
import { describe, expect, test } from 'vitest';
import { UsersAndRoles } from '../../src/auth/users-and-roles.ts';
import { type ClusterClient, clusterClient } from '../../src/index.ts';
import { startMember } from '../../src/member/start-member.ts';
import { nativeChannels } from '../../src/native/native-channels.ts';
import { type NativeServer, serveNative } from '../../src/native/serve-native.ts';
import { memberServices } from '../../src/services/member-services.ts';
import { Store } from '../../src/state/store.ts';

const [clientPort, peerPort] = [2379, 2380];

/** Members and clients of one cluster, each on a host of its own. */
class SimulatedCluster {
  readonly world: SimulatedWorld;
  readonly #names: readonly string[];
  /** A command may have an eighth of it; simulated disks hold in memory what is laid out in advance. */
  readonly #segmentBytes: number;
  readonly #doors = new Map<string, Door>();
  readonly #hosts = new Map<CoordinationStore, string>();
  readonly #clients: ClusterClient[] = [];

  constructor(seed: string, size: number) {
    this.#segmentBytes = seed.startsWith('refuses transactions') ? 16_777_216 : 4_194_304;
    this.world = new SimulatedWorld({ seed, shuffleTies: true });
    this.world.network.setConditions({ loss: 0.02, duplication: 0.02, reordering: 0.05 });
    this.#names = Array.from({ length: size }, (_, index) => `member-${index}`);
    for (const name of this.#names) this.world.addHost(name, (context) => this.#member(context));
  }

  async underTest(): Promise<Required<StoreUnderTest>> {
    const bystander = await this.#addHost('bystander');
    return {
      open: () => this.#open(),
      prefix: 'case/',
      leaseTtl: '2s',
      now: () => bystander.clock.now(),
      sleep: (duration, options) => sleep(duration, { world: bystander, ...options }),
      held: () => [...this.#doors.values()].reduce((total, { clients }) => total + clients, 0),
      compact: async (revision) => {
        const operator = await this.#open();
        await operator.kv.compact({ revision });
        await operator.close();
      },
      crash: async (store) => this.world.host(this.#hosts.get(store)!).crash(),
      disconnect: async () => {
        await Promise.all([...this.#doors.values()].map((door) => door.slam()));
      },
      cut: async (store) => {
        const host = this.#hosts.get(store)!;
        const { network } = this.world;
        const mends = this.#names.flatMap((name) => [network.cut(host, name), network.cut(name, host)]);
        return async () => {
          for (const mend of mends) mend();
        };
      },
      restart: async () => {
        for (const name of this.#names) this.world.host(name).crash();
        for (const name of this.#names) this.world.host(name).start();
      },
    };
  }

  async end(): Promise<void> {
    const alive = this.#clients.filter((client) => this.world.host(this.#hosts.get(client)!).state === 'up');
    await Promise.all(alive.map((client) => client.close()));
  }

  /** What a member's process does. */
  async #member(world: HostContext): Promise<void> {
    const initialCluster = new Map(this.#names.map((name) => [name, [`http://${name}:${peerPort}`]]));
    const usersAndRoles = new UsersAndRoles();
    const store = new Store({ auth: usersAndRoles });
    const member = await startMember({
      world,
      name: world.host,
      state: store,
      initialCluster,
      segmentBytes: this.#segmentBytes,
    });
    const methods = memberServices({ member, store, usersAndRoles, world });
    const serve = () => serveNative(world, clientPort, methods, { channel: { idleTimeout: 500_000 } });
    this.#doors.set(world.host, new Door(await serve(), serve));
    await member.stopped;
  }

  async #open(): Promise<ClusterClient> {
    const host = `client-${this.#clients.length}`;
    const world = await this.#addHost(host);
    const client = clusterClient({
      endpoints: this.#names.map((name) => `${name}:${clientPort}`),
      channels: nativeChannels(world),
      // Members that start anew have to elect first.
      requestTimeout: '20s',
      attemptTimeout: '2s',
      world,
    });
    this.#hosts.set(client, host);
    this.#clients.push(client);
    return client;
  }

  #addHost(name: string): Promise<HostWorld> {
    return new Promise((resolve) => {
      this.world.addHost(name, (context) => resolve(context));
    });
  }
}

/** Where a member serves clients. */
class Door {
  #server: NativeServer;
  readonly #serve: () => Promise<NativeServer>;

  constructor(server: NativeServer, serve: () => Promise<NativeServer>) {
    this.#server = server;
    this.#serve = serve;
  }

  get clients(): number {
    return this.#server.clients;
  }

  /** Drops all clients, who may come again. */
  async slam(): Promise<void> {
    await this.#server.destroy();
    this.#server = await this.#serve();
  }
}

describe.each([1, 3])('a cluster of %i keeps the contract', (size) => {
  test.each(coordinationContract.map(({ name, run }) => [name, run] as const))('%s', async (name, run) => {
    const cluster = new SimulatedCluster(name, size);
    let outcome: unknown = 'not ended';
    const scenario = async (): Promise<void> => {
      await run(await cluster.underTest());
      await cluster.end();
    };
    scenario().then(
      () => {
        outcome = undefined;
      },
      (error: unknown) => {
        outcome = error;
      },
    );
    for (let seconds = 0; outcome === 'not ended' && seconds < 300; seconds++)
      await cluster.world.runFor('1s');
    expect(outcome).toBe(undefined);
    expect(cluster.world.failures).toEqual([]);
    cluster.world.close();
  });
});
