// Goal: the TCC barrier on MariaDB keeps its promises in the participant's own transaction.

import { randomBytes } from 'node:crypto';
import { type BarrierUnderTest, barrierContract } from '@holdfast/transactions/testkit';
import { createConnection, createPool, type Pool, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type MariadbConnection, mariadbBarrierStorage, prepareMariadbBarrier } from '../src/index.ts';

const url = process.env['HOLDFAST_MARIADB_URL'] ?? 'mysql://root@127.0.0.1:3306/mysql';
const database = `test_${randomBytes(6).toString('hex')}`;
let pool: Pool;

beforeAll(async () => {
  const connection = await createConnection(url);
  await connection.query(`CREATE DATABASE ${database}`);
  await connection.end();
  const place = new URL(url);
  place.pathname = database;
  pool = createPool({ uri: place.href });
  await prepareMariadbBarrier(pool);
  await pool.query('CREATE TABLE numbers (name VARCHAR(99) PRIMARY KEY, value INT NOT NULL)');
});
afterAll(async () => {
  await pool.query(`DROP DATABASE ${database}`);
  await pool.end();
});

function mariadbUnderTest(): BarrierUnderTest<MariadbConnection> {
  return {
    storage: mariadbBarrierStorage(),
    prefix: `${randomBytes(6).toString('hex')} `,
    transact: async (work) => {
      const connection = await pool.getConnection();
      try {
        await connection.query('BEGIN');
        const result = await work(connection);
        await connection.query('COMMIT');
        return result;
      } catch (error) {
        await connection.query('ROLLBACK');
        throw error;
      } finally {
        connection.release();
      }
    },
    add: async (transaction, key, amount) => {
      const sql = 'INSERT INTO numbers VALUES (?, ?) ON DUPLICATE KEY UPDATE value = value + ?';
      await transaction.query({ sql, values: [key, amount, amount] });
    },
    read: async (key) => {
      const sql = 'SELECT value FROM numbers WHERE name = ?';
      return (await pool.query<RowDataPacket[]>(sql, [key]))[0][0]?.['value'] ?? 0;
    },
  };
}

describe('the barrier on MariaDB', () => {
  for (const { name, run } of barrierContract) {
    test(name, () => run(mariadbUnderTest() as unknown as BarrierUnderTest));
  }
});
