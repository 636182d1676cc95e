// Goal: client, native protocol, services and state keep the contract of coordination together. Method: the contract suite
// in a simulation, with a member that is alone and has no log, on a network that loses, repeats and reorders.

import type { CoordinationStore } from '@holdfast/coordination';
import { coordinationContract, type StoreUnderTest } from '@holdfast/coordination/testkit';
import { type HostWorld, sleep, Timer } from '@holdfast/core';
import { SimulatedWorld } from '@holdfast/simulation';
import { expect, test } from 'vitest';
import { UsersAndRoles } from '../../src/auth/users-and-roles.ts';
import { LeaseRevokeRequest } from '../../src/etcd/index.ts';
import { type ClusterClient, clusterClient } from '../../src/index.ts';
import { nativeChannels } from '../../src/native/native-channels.ts';
import { type NativeServer, serveNative } from '../../src/native/serve-native.ts';
import { memberServices } from '../../src/services/member-services.ts';
import { encodeCommand } from '../../src/state/command.ts';
import { Store } from '../../src/state/store.ts';
import { LoneMember } from '../services/lone-member.ts';

/** A lone member that lets leases expire, as a leader does. */
class LeasingMember extends LoneMember {
  readonly #world: HostWorld;
  readonly #timers = new Map<bigint, LeaseTimer>();

  constructor(store: Store, world: HostWorld) {
    super(store, world);
    this.#world = world;
    store.leases.listen({
      granted: ({ id, ttl }) => this.#arm(id, ttl),
      revoked: (id) => this.#disarm(id),
      checkpointed: () => {},
      replaced: () => {},
    });
  }

  override async renewLease(id: bigint): Promise<number> {
    const ttl = await super.renewLease(id);
    if (ttl > 0) this.#arm(id, ttl);
    return ttl;
  }

  #arm(id: bigint, ttl: number): void {
    let timer = this.#timers.get(id);
    if (timer === undefined) {
      const payload = LeaseRevokeRequest.encode({ id });
      timer = new LeaseTimer(() => void this.propose(encodeCommand({ kind: 'lease-expire', payload })));
      this.#timers.set(id, timer);
    }
    this.#world.timers.arm(timer, this.#world.clock.now() + ttl * 1_000_000);
  }

  #disarm(id: bigint): void {
    const timer = this.#timers.get(id);
    if (timer !== undefined) this.#world.timers.disarm(timer);
    this.#timers.delete(id);
  }
}

class LeaseTimer extends Timer {
  readonly #expired: () => void;

  constructor(expired: () => void) {
    super();
    this.#expired = expired;
  }

  override fire(): void {
    this.#expired();
  }
}

const port = 2379;

/** One server and its clients, each on a host of its own. */
class SimulatedStore {
  readonly world: SimulatedWorld;
  readonly #hosts = new Map<CoordinationStore, string>();
  readonly #clients: ClusterClient[] = [];
  #server!: NativeServer;
  #serve!: () => Promise<NativeServer>;

  constructor(seed: string) {
    this.world = new SimulatedWorld({ seed, shuffleTies: true });
    this.world.network.setConditions({ loss: 0.02, duplication: 0.02, reordering: 0.05 });
  }

  async start(): Promise<void> {
    const world = await this.#addHost('server');
    const usersAndRoles = new UsersAndRoles();
    const store = new Store({ auth: usersAndRoles });
    const member = new LeasingMember(store, world);
    const methods = memberServices({ member, store, usersAndRoles, world });
    this.#serve = () => serveNative(world, port, methods, { channel: { idleTimeout: 500_000 } });
    this.#server = await this.#serve();
  }

  async underTest(): Promise<Required<StoreUnderTest>> {
    const bystander = await this.#addHost('bystander');
    return {
      open: () => this.#open(),
      prefix: 'case/',
      leaseTtl: '2s',
      now: () => bystander.clock.now(),
      sleep: (duration, options) => sleep(duration, { world: bystander, ...options }),
      held: () => this.#server.clients,
      compact: async (revision) => {
        const operator = await this.#open();
        await operator.kv.compact({ revision });
        await operator.close();
      },
      crash: async (store) => this.world.host(this.#hosts.get(store)!).crash(),
      disconnect: () => this.#restart(),
      cut: async (store) => {
        const host = this.#hosts.get(store)!;
        const mends = [this.world.network.cut(host, 'server'), this.world.network.cut('server', host)];
        return async () => {
          for (const mend of mends) mend();
        };
      },
      restart: () => this.#restart(),
    };
  }

  async end(): Promise<void> {
    const alive = this.#clients.filter((client) => this.world.host(this.#hosts.get(client)!).state === 'up');
    await Promise.all(alive.map((client) => client.close()));
  }

  async #open(): Promise<ClusterClient> {
    const host = `client-${this.#clients.length}`;
    const world = await this.#addHost(host);
    const client = clusterClient({ endpoints: [`server:${port}`], channels: nativeChannels(world), world });
    this.#hosts.set(client, host);
    this.#clients.push(client);
    return client;
  }

  /** Drops all clients, and serves again. */
  async #restart(): Promise<void> {
    await this.#server.destroy();
    this.#server = await this.#serve();
  }

  #addHost(name: string): Promise<HostWorld> {
    return new Promise((resolve) => {
      this.world.addHost(name, (context) => resolve(context));
    });
  }
}

test.each(coordinationContract.map(({ name, run }) => [name, run] as const))('%s', async (name, run) => {
  const simulated = new SimulatedStore(name);
  let outcome: unknown = 'not ended';
  const scenario = async (): Promise<void> => {
    await simulated.start();
    await run(await simulated.underTest());
    await simulated.end();
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
    await simulated.world.runFor('1s');
  expect(outcome).toBe(undefined);
  expect(simulated.world.failures).toEqual([]);
  simulated.world.close();
});
