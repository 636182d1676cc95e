// Goal: outbox, inbox and checkpoints on PostgreSQL keep their promises, also when the server is killed.

import { randomBytes } from 'node:crypto';
import { sleep } from '@holdfast/core';
import { type OutboxUnderTest, outboxContract } from '@holdfast/transactions/testkit';
import type { Pool, PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresDatabase, type PostgresDatabase } from '../src/index.ts';
import { PrivatePostgres } from './private-postgres.ts';
import { poolOn } from './test-database.ts';

let server: PrivatePostgres;
const pools = new Set<Pool>();
const databases = new Set<PostgresDatabase<PoolClient>>();

beforeAll(async () => {
  server = await PrivatePostgres.start();
}, 60_000);

afterAll(async () => {
  await Promise.all([...databases].map((database) => database.close()));
  await Promise.allSettled([...pools].map((pool) => pool.end()));
  await server.dispose();
}, 60_000);

const newSchema = () => `test_${randomBytes(6).toString('hex')}`;

async function open(schema: string, options: { isolation?: 'serializable' } = {}) {
  const pool = poolOn(server.url, 8);
  pools.add(pool);
  const database = await openPostgresDatabase<PoolClient>({ pool, schema, ...options });
  databases.add(database);
  return { database, pool };
}

function underTest(): OutboxUnderTest<PoolClient> {
  const schema = newSchema();
  return {
    open: async () => {
      const { database } = await open(schema);
      const { outbox, inbox, checkpoints } = database;
      return { transactor: database, outbox, inbox, checkpoints };
    },
    sleep: (duration) => sleep(duration),
    wall: () => Date.now(),
    restart: async () => {
      await server.kill();
      await server.start();
    },
    overlap: true,
  };
}

describe('PostgreSQL with an outbox, an inbox and checkpoints', () => {
  for (const { name, run } of outboxContract) {
    test(name, () => run(underTest() as Required<OutboxUnderTest<PoolClient>>));
  }
});

describe('transactions', () => {
  test('that the server rolls back for the sake of others are repeated', async () => {
    const schema = newSchema();
    const { database, pool } = await open(schema, { isolation: 'serializable' });
    await pool.query(`CREATE TABLE ${schema}.counter AS SELECT 0 AS value`);
    let reads = 0;
    let go = (): void => {};
    const allHaveRead = new Promise<void>((resolve) => {
      go = resolve;
    });
    const count = () =>
      database.transact(async (client) => {
        const { rows } = await client.query(`SELECT value FROM ${schema}.counter`);
        if (++reads === 5) go();
        await allHaveRead;
        await client.query(`UPDATE ${schema}.counter SET value = $1`, [rows[0].value + 1]);
      });
    await Promise.all(Array.from({ length: 5 }, count));
    const { rows } = await pool.query(`SELECT value FROM ${schema}.counter`);
    expect(rows).toEqual([{ value: 5 }]);
    expect(reads).toBeGreaterThan(5);
  });

  test('that go on after a statement has failed do not pass for committed', async () => {
    const { database } = await open(newSchema());
    const transacting = database.transact(async (client) => {
      await client.query('SELECT 1 / 0').catch(() => {});
    });
    await expect(transacting).rejects.toMatchObject({ code: 'DATABASE_FAILED', executed: 'no' });
  });

  test('are waited for by close, and refused afterwards', async () => {
    const { database } = await open(newSchema());
    let over = false;
    const transacting = database.transact(async (client) => {
      await client.query('SELECT pg_sleep(0.2)');
      over = true;
    });
    await database.close();
    expect(over).toBe(true);
    await transacting;
    await expect(database.transact(async () => {})).rejects.toMatchObject({ code: 'DATABASE_CLOSED' });
  });
});
