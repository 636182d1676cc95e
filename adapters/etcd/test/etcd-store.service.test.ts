// Goal: through this adapter etcd keeps the contract of coordination, whatever becomes of lines and servers, and so does
// Holdfast's own cluster, which speaks the same API. Method: the contract suite on a real etcd and on a real node, of one
// member each; each client on a line of its own that is broken and cut.

import type { ClusterClient } from '@holdfast/cluster';
import { coordinationContract, type StoreUnderTest } from '@holdfast/coordination/testkit';
import { sleep } from '@holdfast/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { etcdStore } from '../src/index.ts';
import { CutLine } from './cut-line.ts';
import { type OneMember, startEtcd, startHoldfast } from './one-member.ts';

const now = () => Math.floor(performance.now() * 1_000);

describe.each([
  ['etcd', startEtcd],
  ['a Holdfast node', startHoldfast],
])('%s keeps the contract over gRPC', (_name, start) => {
  let server: OneMember;
  let stores: { store: ClusterClient; line: CutLine }[] = [];
  let cases = 0;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.dispose());
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
        const line = await CutLine.to(server.endpoint);
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
        const operator = etcdStore({ endpoints: [server.endpoint] });
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
      restart: () => server.restart(),
    };
  }

  test.each(coordinationContract.map(({ name, run }) => [name, run] as const))(
    '%s',
    async (_name, run) => run(underTest()),
    60_000,
  );
});
