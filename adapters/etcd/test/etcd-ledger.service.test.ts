// Goal: a ledger in etcd keeps the contract of ledgers, and so does one in a node of Holdfast's own cluster. Method: the
// contract suite on a real server of each, each worker on a line of its own, which is cut when its process is to die or to
// be suspended.

import type { ClusterClient } from '@holdfast/cluster';
import { sleep } from '@holdfast/core';
import { type LedgerEngine, type LedgerSession, storeLedger } from '@holdfast/transactions';
import { type LedgerCase, type LedgerUnderTest, ledgerContract } from '@holdfast/transactions/testkit';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import { etcdStore } from '../src/index.ts';
import { CutLine } from './cut-line.ts';
import { type OneMember, startEtcd, startHoldfast } from './one-member.ts';

/** One process, as its server sees it. */
interface Process {
  readonly store: ClusterClient;
  readonly line: CutLine;
}

const messagesMax = 20;

describe.each([
  ['etcd', startEtcd],
  ['a Holdfast node', startHoldfast],
])('a ledger in %s keeps the contract', (_name, start) => {
  let server: OneMember;
  let processes: Process[] = [];
  let cases = 0;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.dispose());
  afterEach(async () => {
    for (const { line } of processes) line.mend();
    await Promise.all(processes.map(({ store }) => store.close()));
    await Promise.all(processes.map(({ line }) => line.dispose()));
    processes = [];
  });

  function underTest({ kills }: LedgerCase): LedgerUnderTest {
    const lease = kills ? '3s' : '1m';
    const prefix = `case-${++cases}/`;
    const sessions = new Map<LedgerSession, Process>();
    return {
      engine: async (): Promise<LedgerEngine> => {
        const line = await CutLine.to(server.endpoint);
        const process = { line, store: etcdStore({ endpoints: [line.endpoint], requestTimeout: '2s' }) };
        processes.push(process);
        const engine = storeLedger({ store: process.store, prefix, lease, messagesMax });
        return {
          ...engine,
          join: async (host, options) => {
            const session = await engine.join(host, options);
            sessions.set(session, process);
            return session;
          },
        };
      },
      crash: async (session) => {
        const { line, store } = sessions.get(session)!;
        line.cut();
        void store.close();
      },
      pause: async (session) => {
        const { line } = sessions.get(session)!;
        line.cut();
        return async () => line.mend();
      },
      sleep: (duration, options) => sleep(duration, options),
      takeover: '9s',
      messagesMax,
    };
  }

  test.each([...ledgerContract])('$name', (each) => each.run(underTest(each)), 60_000);
});
