// Goal: a two-phase commit over two PostgreSQL servers is on both or on neither, and leaves no branch in doubt, whenever its
// coordinators and one of its servers are killed.

import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '@holdfast/core';
import { openLedger, sweepBranches } from '@holdfast/transactions';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresLedger } from '../src/index.ts';
import { KeptWorkers } from './crash/kept-workers.ts';
import type { MoveOrder } from './crash/two-bank-process.ts';
import { moveBetween, schema } from './crash/two-banks.ts';
import { PrivatePostgres } from './private-postgres.ts';
import { poolOn } from './test-database.ts';

let servers: [PrivatePostgres, PrivatePostgres];
let pools: [Pool, Pool];
let workers: KeptWorkers;

beforeAll(async () => {
  servers = [await PrivatePostgres.start(), await PrivatePostgres.start()];
  pools = [poolOn(servers[0].url), poolOn(servers[1].url)];
  for (const pool of pools) {
    await pool.query(`CREATE SCHEMA ${schema};
      CREATE TABLE ${schema}.balances AS SELECT id, 1000 AS balance FROM generate_series(1, 9) AS id;
      CREATE TABLE ${schema}.moves (run text)`);
  }
  workers = new KeptWorkers('two-bank-process.ts', [servers[0].url, servers[1].url]);
}, 60_000);

afterAll(async () => {
  await workers.dispose();
  await Promise.all(pools.map((pool) => pool.end()));
  await Promise.all(servers.map((server) => server.dispose()));
}, 60_000);

test('money is moved on both servers or on neither, through kills', { timeout: 240_000 }, async () => {
  const random = seededRandom('two banks');
  await workers.start(2);
  let asked = 0;
  let kills = 0;
  const asking = (async () => {
    while (kills < 5) {
      const order: MoveOrder = {
        id: `move-${asked}`,
        account: 1 + random.below(9),
        amount: 1 + random.below(9),
      };
      workers.send(asked++ % 2, order);
      await sleep(20);
    }
  })();
  for (; kills < 5; kills++) {
    await sleep(500 + random.below(1_000));
    if (kills === 2) {
      await servers[1].kill();
      await servers[1].start();
    } else {
      await workers.kill(kills % 2);
    }
  }
  await asking;

  await workers.dispose();

  // The last worker: it starts nothing, and finishes what is there.
  const move = moveBetween(pools);
  const engine = postgresLedger({ pool: pools[0], schema, lease: '3s' });
  await using ledger = await openLedger({ engine, definitions: [move] });
  for (const id of workers.accepted) await (await ledger.find(move, id))!.result;
  while ((await ledger.list({ status: 'running' })).runs.length > 0) await sleep(100);
  expect((await ledger.list({ status: 'stuck' })).runs).toEqual([]);
  await using sweeper = sweepBranches({ ledger, resources: move.resources });
  expect(await sweeper.sweep()).toMatchObject({ left: [], unreachable: [] });
  const [one, other] = await Promise.all(
    pools.map(async (pool) => {
      const read = async (text: string) => (await pool.query(text)).rows;
      return {
        balance: (await read(`SELECT sum(balance)::int AS sum FROM ${schema}.balances`))[0].sum as number,
        moves: (await read(`SELECT run FROM ${schema}.moves ORDER BY run`)).map(({ run }) => run as string),
        inDoubt: (await read('SELECT gid FROM pg_prepared_xacts')).length,
      };
    }),
  );
  expect(one!.balance + other!.balance).toBe(18_000);
  expect(one!.moves).toEqual(other!.moves);
  expect(new Set(one!.moves).size).toBe(one!.moves.length);
  expect(one!.moves.length).toBeGreaterThan(5);
  expect([one!.inDoubt, other!.inDoubt]).toEqual([0, 0]);
  console.log(`${workers.accepted.size} accepted, ${one!.moves.length} committed, ${kills} kills`);
});
