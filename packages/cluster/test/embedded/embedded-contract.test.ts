// Goal: a member in a thread of this process keeps the contract of coordination, as one in a process of its own does.
// Method: the contract suite on one real member, with clients as those of `openCluster` and `testCluster` are made. What
// needs clients that are cut off and crash is in cluster-contract.test.ts.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CoordinationStore } from '@holdfast/coordination';
import { coordinationContract, type Hook } from '@holdfast/coordination/testkit';
import { platformWorld, sleep } from '@holdfast/core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ClusterClient } from '../../src/client/cluster-client.ts';
import { MemberThread } from '../../src/embedded/member-thread.ts';
import { threadClient } from '../../src/embedded/thread-client.ts';
import { sourceProgram } from './source-program.ts';

const { clock } = platformWorld();
const possible: readonly Hook[] = ['compact', 'restart'];
const cases = coordinationContract.filter(({ needs }) => needs.every((need) => possible.includes(need)));

describe('a member in a thread keeps the contract', { timeout: 120_000 }, () => {
  let dir: string;
  let thread: MemberThread;
  const start = async (): Promise<void> => {
    const options = { name: 'only', dir, peerUrls: ['http://127.0.0.1:0'] };
    thread = await MemberThread.start(options, await sourceProgram());
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'holdfast-contract-'));
    await start();
  });

  afterAll(async () => {
    await thread.kill();
    await rm(dir, { recursive: true, force: true });
  });

  test.each(cases.map((each) => [each.name, each] as const))('%s', async (name, { run }) => {
    const opened: CoordinationStore[] = [];
    const open = async (): Promise<ClusterClient> => {
      const store = threadClient(['only'], () => thread);
      opened.push(store);
      return store;
    };
    const unneeded = (): never => {
      throw new Error(`the case ${name} says that it does not need this`);
    };
    try {
      await run({
        open,
        prefix: `${name}/`,
        leaseTtl: '2s',
        now: () => clock.now(),
        sleep: (duration, options) => sleep(duration, options),
        compact: async (revision) => void (await (await open()).kv.compact({ revision })),
        restart: async () => {
          await thread.kill();
          await start();
        },
        held: unneeded,
        crash: unneeded,
        disconnect: unneeded,
        cut: unneeded,
      });
    } finally {
      await Promise.all(opened.map((store) => store.close()));
    }
  });
});
