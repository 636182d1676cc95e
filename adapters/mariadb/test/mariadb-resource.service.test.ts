// Goal: MariaDB keeps what a resource of two-phase commit promises, also across kills of clients and of the server.

import { randomBytes } from 'node:crypto';
import { type BranchId, transactionName } from '@holdfast/transactions';
import { type ResourceUnderTest, resourceContract } from '@holdfast/transactions/testkit';
import { createPool, type Pool, type PoolConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mariadbResource } from '../src/index.ts';
import { PrivateMariadb } from './private-mariadb.ts';

let server: PrivateMariadb;
let forgetful: PrivateMariadb;
let observer: Pool;
const pools = new Set<Pool>();

beforeAll(async () => {
  [server, forgetful] = await Promise.all([
    PrivateMariadb.start(),
    PrivateMariadb.start({ innodb_flush_log_at_trx_commit: 2 }),
  ]);
  observer = createPool({ uri: server.url });
  await observer.query('CREATE TABLE numbers (name VARCHAR(99) PRIMARY KEY, value INT NOT NULL)');
  await observer.query('CREATE TABLE traps (side INT PRIMARY KEY, value INT NOT NULL)');
  await observer.query('INSERT INTO traps VALUES (1, 0), (2, 0)');
}, 60_000);

afterAll(async () => {
  await Promise.allSettled([...pools, observer].map((pool) => pool.end()));
  await Promise.all([server.dispose(), forgetful.dispose()]);
}, 60_000);

function openOn(url: string, connectionLimit = 12, options: object = {}) {
  const pool = createPool({ uri: url, connectionLimit });
  pools.add(pool);
  return Object.assign(mariadbResource<PoolConnection>({ name: 'mariadb', pool, ...options }), { pool });
}

/** As a process that is killed: its sockets are closed in the middle of whatever is under way. */
async function crash(pool: Pool): Promise<void> {
  pools.delete(pool);
  const { _allConnections: all } = pool.pool as unknown as {
    _allConnections: { toArray(): { stream: { destroy(): void } }[] };
  };
  for (const { stream } of all.toArray()) stream.destroy();
}

async function rows(sql: string, values: unknown[] = []): Promise<RowDataPacket[]> {
  return (await observer.query<RowDataPacket[]>(sql, values))[0];
}

const listed = async () => (await rows('XA RECOVER')).map(({ data }) => String(data));

/** Makes the server roll the branch back: it is the lighter one of two in a deadlock. */
async function deadlock(connection: PoolConnection): Promise<void> {
  const other = await observer.getConnection();
  await other.query('BEGIN');
  const many = Array.from({ length: 50 }, () => `('${randomBytes(8).toString('hex')}', 0)`).join();
  await other.query(`INSERT INTO numbers VALUES ${many}`);
  await other.query('UPDATE traps SET value = value + 1 WHERE side = 2');
  await connection.query('UPDATE traps SET value = value + 1 WHERE side = 1');
  const refused = connection.query('UPDATE traps SET value = value + 1 WHERE side = 2').catch(() => {});
  await other.query('UPDATE traps SET value = value + 1 WHERE side = 1');
  await refused;
  await other.query('ROLLBACK');
  other.release();
}

function mariadbUnderTest(): Required<ResourceUnderTest<PoolConnection>> {
  return {
    ledgerId: randomBytes(4).toString('hex'),
    key: `key-${randomBytes(4).toString('hex')}`,
    open: async () => openOn(server.url),
    add: async (connection, key, amount) => {
      const sql = 'INSERT INTO numbers VALUES (?, ?) ON DUPLICATE KEY UPDATE value = value + ?';
      await connection.query(sql, [key, amount, amount]);
    },
    look: async (connection, key) => {
      const [found] = await connection.query<RowDataPacket[]>('SELECT value FROM numbers WHERE name = ?', [
        key,
      ]);
      return found[0]?.['value'] ?? 0;
    },
    read: async (key) => (await rows('SELECT value FROM numbers WHERE name = ?', [key]))[0]?.['value'] ?? 0,
    isFree: async (key) => {
      const connection = await observer.getConnection();
      try {
        await connection.query('SET innodb_lock_wait_timeout = 0');
        await connection.query('BEGIN');
        const sql = 'INSERT INTO numbers VALUES (?, 0) ON DUPLICATE KEY UPDATE value = value';
        return await connection.query(sql, [key]).then(
          () => true,
          () => false,
        );
      } finally {
        await connection.query('ROLLBACK');
        connection.destroy();
      }
    },
    crash: (resource) => crash((resource as unknown as { pool: Pool }).pool),
    doom: deadlock,
    foreign: async (name) => {
      const connection = await observer.getConnection();
      await connection.query(`XA START '${name}'`);
      await connection.query('INSERT INTO numbers VALUES (?, 1)', [name]);
      await connection.query(`XA END '${name}'`);
      await connection.query(`XA PREPARE '${name}'`);
      connection.destroy();
      return async () => (await listed()).includes(name);
    },
    restart: async () => {
      await server.kill();
      await server.start();
    },
    misconfigured: async () => openOn(forgetful.url),
  };
}

describe('MariaDB as a resource', () => {
  for (const { name, run } of resourceContract) {
    test(name, () => run(mariadbUnderTest() as unknown as Required<ResourceUnderTest>));
  }

  const branch = (runId: string): BranchId => ({
    transaction: transactionName({ ledgerId: randomBytes(4).toString('hex'), epoch: 1, runId }),
    resource: 'mariadb',
  });

  test('an update that changes nothing is no write, which a server would list and lose', async () => {
    const resource = openOn(server.url);
    const key = mariadbUnderTest().key;
    await observer.query('INSERT INTO numbers VALUES (?, 1)', [key]);
    const reader = await resource.begin(branch('same'));
    await reader.connection.query('UPDATE numbers SET value = value WHERE name = ?', [key]);
    expect(await reader.wrote()).toBe(false);
    expect(await reader.prepare()).toBe('read-only');
  });

  test('what a run is called means nothing to SQL', async () => {
    const resource = openOn(server.url);
    const under = mariadbUnderTest();
    const id = branch(`'; DROP TABLE numbers; -- \\'`.replaceAll(' ', '_'));
    const open = await resource.begin(id);
    await under.add(open.connection, under.key, 1);
    await open.prepare();
    expect(await resource.recover(id.transaction)).toEqual([id]);
    expect(await resource.commit(id)).toBe('committed');
    expect(await under.read(under.key)).toBe(1);
  });

  test('a process that has prepared and does no more keeps nobody from ending the branch', async () => {
    const under = mariadbUnderTest();
    const [idle, other] = [openOn(server.url), openOn(server.url)];
    const id = branch('idle');
    const open = await idle.begin(id);
    await under.add(open.connection, under.key, 1);
    await open.prepare();
    expect(await other.commit(id)).toBe('committed');
    expect([await under.read(under.key), await under.isFree(under.key)]).toEqual([1, true]);
  });

  test('a branch that is asked for as its session is given up is committed all the same', async () => {
    const under = mariadbUnderTest();
    const resource = openOn(server.url);
    const prepareOne = async (index: number): Promise<BranchId> => {
      const id = branch(`late-${index}`);
      const open = await resource.begin(id);
      await under.add(open.connection, `${under.key}-${index}`, 1);
      await open.prepare();
      return id;
    };
    const ids = await Promise.all(Array.from({ length: 8 }, (_, index) => prepareOne(index)));
    const found = ids.map(async (id, index) => {
      await new Promise((resolve) => setTimeout(resolve, 990 + index * 4));
      return resource.commit(id);
    });
    expect(await Promise.all(found)).toEqual(ids.map(() => 'committed'));
    for (const index of ids.keys()) {
      expect(await under.read(`${under.key}-${index}`)).toBe(1);
      expect(await under.isFree(`${under.key}-${index}`)).toBe(true);
    }
  });

  test('a lock that is waited for too long fails the statement alone, and the branch can be rolled back', async () => {
    const under = mariadbUnderTest();
    const resource = openOn(server.url, 12, { lockTimeout: '1s' });
    const first = await resource.begin(branch('first'));
    await under.add(first.connection, under.key, 1);
    const second = await resource.begin(branch('second'));
    await expect(under.add(second.connection, under.key, 1)).rejects.toMatchObject({
      code: 'ER_LOCK_WAIT_TIMEOUT',
    });
    await second.rollback();
    await first.rollback();
    expect(await under.isFree(under.key)).toBe(true);
  });

  test('the check names the setting that makes a server forget', async () => {
    await expect(openOn(forgetful.url).check()).rejects.toMatchObject({
      code: 'RESOURCE_MISCONFIGURED',
      message: expect.stringContaining('innodb_flush_log_at_trx_commit'),
    });
  });

  test('a pool with no connection left is said to be that', async () => {
    const resource = openOn(server.url, 1);
    const hurried = mariadbResource<PoolConnection>({
      name: 'mariadb',
      pool: resource.pool,
      answerTimeout: '200ms',
    });
    const first = await resource.begin(branch('a'));
    await expect(hurried.begin(branch('b'))).rejects.toMatchObject({
      code: 'RESOURCE_UNAVAILABLE',
      message: expect.stringContaining('connectionLimit'),
    });
    await first.rollback();
    await (await resource.begin(branch('c'))).rollback();
  });

  test('a server with no connection left is said to be that', async () => {
    await observer.query('SET GLOBAL max_connections = 10');
    const resource = openOn(server.url, 20);
    const opened = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => resource.begin(branch(`many-${index}`))),
    );
    const refused = opened.filter((each) => each.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({
        code: 'RESOURCE_UNAVAILABLE',
        message: expect.stringContaining('max_connections'),
      });
    }
    for (const each of opened) if (each.status === 'fulfilled') await each.value.rollback();
    await crash(resource.pool);
    await observer.query('SET GLOBAL max_connections = 151');
  });

  test.each([
    ['name', { name: 'with space' }],
    ['pool', { pool: {} }],
    ['isolation', { isolation: 'chaos' }],
    ['lockTimeout', { lockTimeout: '10ms' }],
    ['answerTimeout', { answerTimeout: 0 }],
  ])('an option that cannot work is refused, naming %s', (field, options) => {
    const pool = { getConnection: () => Promise.reject(new Error('none')) };
    expect(() => mariadbResource({ name: 'a', pool, ...(options as object) })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', context: expect.objectContaining({ field }) }),
    );
  });
});
