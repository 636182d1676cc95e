// Goal: PostgreSQL keeps the contract of a ledger. Method: the cases of all engines, on pools that can die and be held up.
import { sleep } from '@holdfast/core';
import type { LedgerSession } from '@holdfast/transactions';
import { type LedgerCase, type LedgerUnderTest, ledgerContract } from '@holdfast/transactions/testkit';
import { afterEach, describe, test } from 'vitest';
import { postgresLedger } from '../src/index.ts';
import { ProcessPool } from './process-pool.ts';
import { TestDatabase } from './test-database.ts';

const messagesMax = 20;
const databases: TestDatabase[] = [];
const pools: ProcessPool[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  await Promise.all(databases.splice(0).map((database) => database.dispose()));
});

function ledgerUnderTest({ kills }: LedgerCase): LedgerUnderTest {
  const lease = kills ? '3s' : '1m';
  const database = new TestDatabase();
  databases.push(database);
  const processes = new Map<LedgerSession, ProcessPool>();
  return {
    engine: async () => {
      const pool = new ProcessPool();
      pools.push(pool);
      const engine = postgresLedger({ pool, schema: database.schema, lease, messagesMax });
      return {
        shared: engine.shared,
        visit: () => engine.visit(),
        join: async (host, options) => {
          const session = await engine.join(host, options);
          processes.set(session, pool);
          return session;
        },
      };
    },
    crash: async (session) => processes.get(session)!.kill(),
    pause: async (session) => {
      processes.get(session)!.suspend();
      return async () => processes.get(session)!.resume();
    },
    sleep: (duration, options) => sleep(duration, options),
    takeover: '9s',
    messagesMax,
  };
}

describe('PostgreSQL keeps the contract of a ledger', () => {
  test.each([...ledgerContract])('$name', (each) => each.run(ledgerUnderTest(each)), 60_000);
});
