// Goal: the client keeps the contract of coordination, whatever its channels carry. Method: the contract suite against a
// model of etcd with three endpoints, once with sessions as the native protocol has them, once without as gRPC.

import { coordinationContract, type StoreUnderTest } from '@holdfast/coordination/testkit';
import { ManualWorld, sleep } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { type ClusterClient, clusterClient } from '../../src/index.ts';
import { driven } from './driven.ts';
import { FakeChannels } from './fake-channels.ts';
import { FakeEtcd } from './fake-etcd.ts';

interface Harness {
  readonly under: Required<StoreUnderTest>;
  /** Closes what is open. */
  end(): Promise<void>;
}

function harness(world: ManualWorld, sessions: boolean): Harness {
  const server = new FakeEtcd(world);
  const clients = new Map<unknown, { client: ClusterClient; channels: FakeChannels }>();
  const channelsOf = (store: unknown) => clients.get(store)!.channels;
  const open = async () => {
    const channels = new FakeChannels(server, { sessions });
    const client = clusterClient({ endpoints: ['a:1', 'b:2', 'c:3'], channels, world });
    clients.set(client, { client, channels });
    return client;
  };
  return {
    under: {
      open,
      prefix: 'case/',
      leaseTtl: '2s',
      now: () => world.clock.now(),
      sleep: (duration, options) => sleep(duration, { world, ...options }),
      held: () => world.pendingTimers,
      compact: async (revision) => {
        const client = await open();
        await client.kv.compact({ revision });
        await client.close();
      },
      crash: async (store) => {
        channelsOf(store).cut();
        void clients.get(store)!.client.close();
      },
      disconnect: async (store) => channelsOf(store).disconnect(),
      cut: async (store) => {
        const mend = channelsOf(store).cut();
        return async () => mend();
      },
      restart: async () => {
        const mends = [...clients.values()].map(({ channels }) => channels.cut());
        await sleep('300ms', { world });
        for (const mend of mends) mend();
      },
    },
    end: async () => {
      await Promise.all([...clients.values()].map(({ client }) => client.close()));
      expect([...clients.values()].map(({ channels }) => channels.open)).toEqual([...clients].map(() => 0));
      expect(server.watchers.size).toBe(0);
      for (const lease of server.leases.values()) lease.end();
      expect(world.pendingTimers).toBe(0);
    },
  };
}

describe.each([
  ['with sessions', true],
  ['without sessions', false],
])('the client keeps the contract, %s', (_name, sessions) => {
  test.each(coordinationContract.map(({ name, run }) => [name, run] as const))('%s', async (_case, run) => {
    const world = new ManualWorld({ seed: 1 });
    const { under, end } = harness(world, sessions);
    await driven(world, run(under));
    await driven(world, end());
  });
});
