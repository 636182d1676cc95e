// Goal: PostgreSQL keeps what a resource of two-phase commit promises, also across kills of clients and of the server.

import { randomBytes } from 'node:crypto';
import { transactionName } from '@holdfast/transactions';
import { type ResourceUnderTest, resourceContract } from '@holdfast/transactions/testkit';
import type { Pool, PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresConnection, postgresResource } from '../src/index.ts';
import { PrivatePostgres } from './private-postgres.ts';
import { poolOn } from './test-database.ts';

const schema = 'test_resource';
let server: PrivatePostgres;
let unprepared: PrivatePostgres;
let observer: Pool;
const pools = new Set<Pool>();

beforeAll(async () => {
  [server, unprepared] = await Promise.all([
    PrivatePostgres.start(),
    PrivatePostgres.start({ max_prepared_transactions: 0 }),
  ]);
  observer = poolOn(server.url);
  await observer.query('CREATE TABLE numbers (key text PRIMARY KEY, value int NOT NULL)');
}, 60_000);

afterAll(async () => {
  await Promise.allSettled([...pools, observer].map((pool) => pool.end()));
  await Promise.all([server.dispose(), unprepared.dispose()]);
}, 60_000);

const openOn = (url: string) => {
  const pool = poolOn(url, 12);
  pools.add(pool);
  return Object.assign(postgresResource<PoolClient>({ name: 'postgres', pool, schema }), { pool });
};

/** As a process that is killed: its sockets are closed in the middle of whatever is under way. */
async function crash(pool: Pool): Promise<void> {
  pools.delete(pool);
  const clients = (pool as unknown as { _clients: { connection: { stream: { destroy(): void } } }[] })
    ._clients;
  for (const client of [...clients]) client.connection.stream.destroy();
}

function postgresUnderTest(): Required<ResourceUnderTest<PoolClient>> {
  return {
    ledgerId: randomBytes(4).toString('hex'),
    key: `key-${randomBytes(4).toString('hex')}`,
    open: async () => openOn(server.url),
    add: async (connection, key, amount) => {
      await connection.query(
        'INSERT INTO numbers VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = numbers.value + $2',
        [key, amount],
      );
    },
    look: async (connection, key) =>
      (await connection.query('SELECT value FROM numbers WHERE key = $1', [key])).rows[0]?.value ?? 0,
    read: async (key) =>
      (await observer.query('SELECT value FROM numbers WHERE key = $1', [key])).rows[0]?.value ?? 0,
    isFree: async (key) => {
      const client = await observer.connect();
      try {
        await client.query("BEGIN; SET LOCAL lock_timeout = '50ms'");
        const change =
          'INSERT INTO numbers VALUES ($1, 0) ON CONFLICT (key) DO UPDATE SET value = numbers.value';
        return await client.query(change, [key]).then(
          () => true,
          () => false,
        );
      } finally {
        await client.query('ROLLBACK');
        client.release();
      }
    },
    crash: (resource) => crash((resource as unknown as { pool: Pool }).pool),
    doom: async (connection) => {
      await connection.query('SELECT 1 / 0').catch(() => {});
    },
    foreign: async (name) => {
      const client = await observer.connect();
      await client.query(`BEGIN; SELECT pg_current_xact_id(); PREPARE TRANSACTION '${name}'`);
      client.release();
      return async () => {
        const { rows } = await observer.query('SELECT 1 FROM pg_prepared_xacts WHERE gid = $1', [name]);
        return rows.length === 1;
      };
    },
    restart: async () => {
      await server.kill();
      await server.start();
    },
    misconfigured: async () => openOn(unprepared.url),
  };
}

describe('PostgreSQL as a resource', () => {
  for (const { name, run } of resourceContract) {
    test(name, () => run(postgresUnderTest() as unknown as Required<ResourceUnderTest>));
  }

  test('what PostgreSQL cannot prepare is rolled back, and the reason said', async () => {
    const under = postgresUnderTest();
    const resource = openOn(server.url);
    const transaction = transactionName({ ledgerId: under.ledgerId, epoch: 1, runId: 'a' });
    const branch = await resource.begin({ transaction, resource: 'postgres' });
    await branch.connection.query('CREATE TEMPORARY TABLE scratch (a int)');
    await expect(branch.prepare()).rejects.toMatchObject({
      code: 'BRANCH_ROLLED_BACK',
      message: expect.stringContaining('temporary'),
    });
  });

  test('a transaction that has failed after it wrote does not pass for prepared', async () => {
    const under = postgresUnderTest();
    const resource = openOn(server.url);
    const transaction = transactionName({ ledgerId: under.ledgerId, epoch: 1, runId: 'a' });
    const branch = await resource.begin({ transaction, resource: 'postgres' });
    await under.add(branch.connection, under.key, 1);
    expect(await branch.wrote()).toBe(true);
    await under.doom(branch.connection);
    await expect(branch.prepare()).rejects.toMatchObject({ code: 'BRANCH_ROLLED_BACK' });
    expect(await under.read(under.key)).toBe(0);
  });

  test('the check names the setting that keeps a server from preparing', async () => {
    await expect(openOn(unprepared.url).check()).rejects.toMatchObject({
      code: 'RESOURCE_MISCONFIGURED',
      message: expect.stringContaining('max_prepared_transactions'),
    });
  });

  test('a pool with no connection left is said to be that', async () => {
    const pool = poolOn(server.url, 1);
    pools.add(pool);
    const small = { name: 'small', pool, schema };
    const resource = postgresResource<PostgresConnection>(small);
    const hurried = postgresResource<PostgresConnection>({ ...small, answerTimeout: '200ms' });
    const id = (runId: string) => ({
      transaction: transactionName({ ledgerId: 'ledger00', epoch: 1, runId }),
      resource: 'small',
    });
    const first = await resource.begin(id('a'));
    await expect(hurried.begin(id('b'))).rejects.toMatchObject({
      code: 'RESOURCE_UNAVAILABLE',
      message: expect.stringContaining('the pool gave no connection'),
    });
    await first.rollback();
    await (await resource.begin(id('c'))).rollback();
  });
});
