// Goal: etcd, through this adapter, keeps the contract of coordination, whatever becomes of lines and servers. Method: the
// contract suite on a real etcd of one member, each client on lines of its own that are broken and cut; then members of
// three that are killed, stopped and started again.

import type { ClusterClient } from '@holdfast/cluster';
import { coordinationContract, type StoreUnderTest } from '@holdfast/coordination/testkit';
import { sleep } from '@holdfast/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { etcdStore } from '../src/index.ts';
import { CutLine } from './cut-line.ts';
import { EtcdCluster } from './etcd-cluster.ts';

const now = () => Math.floor(performance.now() * 1_000);

describe('etcd keeps the contract', () => {
  let etcd: EtcdCluster;
  let stores: { store: ClusterClient; line: CutLine }[] = [];
  let cases = 0;

  beforeAll(async () => {
    etcd = await EtcdCluster.start(1);
  });
  afterAll(() => etcd?.dispose());
  afterEach(async () => {
    await Promise.all(stores.map(({ store }) => store.close()));
    // A line that is cut does not tell its far end that the near one is gone.
    for (const { line } of stores) line.mend();
    await expect.poll(() => stores.map(({ line }) => line.connections)).toEqual(stores.map(() => 0));
    await Promise.all(stores.map(({ line }) => line.dispose()));
    stores = [];
  });

  const lineOf = (of: unknown) => stores.find(({ store }) => store === of)!.line;

  function underTest(): Required<StoreUnderTest> {
    cases += 1;
    return {
      open: async () => {
        const line = await CutLine.to(etcd.endpoints[0]!);
        const store = etcdStore({ endpoints: [line.endpoint], requestTimeout: '10s' });
        stores.push({ store, line });
        return store;
      },
      prefix: `case-${cases}/`,
      leaseTtl: '2s',
      now,
      sleep: (duration, options) => sleep(duration, options),
      held: () => stores.reduce((total, { line }) => total + line.connections, 0),
      compact: async (revision) => {
        const operator = etcdStore({ endpoints: etcd.endpoints });
        await operator.kv.compact({ revision, physical: true });
        await operator.close();
      },
      crash: async (store) => {
        lineOf(store).cut();
        void store.close();
      },
      disconnect: async (store) => lineOf(store).break(),
      cut: async (store) => {
        lineOf(store).cut();
        return async () => lineOf(store).mend();
      },
      restart: async () => {
        await etcd.members[0]!.kill();
        await etcd.members[0]!.start();
      },
    };
  }

  test.each(coordinationContract.map(({ name, run }) => [name, run] as const))(
    '%s',
    async (_name, run) => run(underTest()),
    60_000,
  );
});
