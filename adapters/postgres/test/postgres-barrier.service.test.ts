// Goal: the TCC barrier on PostgreSQL keeps its promises in the participant's own transaction.

import { randomBytes } from 'node:crypto';
import { type BarrierUnderTest, barrierContract } from '@holdfast/transactions/testkit';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type PostgresConnection, postgresBarrierStorage, preparePostgresBarrier } from '../src/index.ts';
import { TestDatabase } from './test-database.ts';

const database = new TestDatabase();
const { pool, schema } = database;

beforeAll(async () => {
  await preparePostgresBarrier(pool, { schema });
  await pool.query(`CREATE TABLE ${schema}.numbers (key text PRIMARY KEY, value int NOT NULL)`);
});
afterAll(() => database.dispose());

function postgresUnderTest(): BarrierUnderTest<PostgresConnection> {
  return {
    storage: postgresBarrierStorage({ schema }),
    prefix: `${randomBytes(6).toString('hex')} `,
    transact: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await work(client);
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    },
    add: async (transaction, key, amount) => {
      await transaction.query({
        text: `INSERT INTO ${schema}.numbers AS number VALUES ($1, $2)
          ON CONFLICT (key) DO UPDATE SET value = number.value + $2`,
        values: [key, amount],
      });
    },
    read: async (key) => {
      const { rows } = await pool.query(`SELECT value FROM ${schema}.numbers WHERE key = $1`, [key]);
      return rows[0]?.value ?? 0;
    },
  };
}

describe('the barrier on PostgreSQL', () => {
  for (const { name, run } of barrierContract) {
    test(name, () => run(postgresUnderTest() as unknown as BarrierUnderTest));
  }
});
