// Goal: whatever is killed, workers or the server, no accepted run is lost, none of its records doubled, and what shares a
// transaction with them happens exactly once. Method: transfers by two processes on a server of their own; every now and
// then one of the processes is killed, or the server is, and started again.

import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '@holdfast/core';
import { openLedger } from '@holdfast/transactions';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresLedger } from '../src/index.ts';
import { KeptWorkers } from './crash/kept-workers.ts';
import { transfer, transferRecords } from './crash/transfer.ts';
import type { TransferOrder } from './crash/worker-process.ts';
import { texts } from './ledger-host.ts';
import { PrivatePostgres } from './private-postgres.ts';
import { poolOn } from './test-database.ts';

const accounts = 10;
let server: PrivatePostgres;
let pool: Pool;
let workers: KeptWorkers;

beforeAll(async () => {
  server = await PrivatePostgres.start();
  pool = poolOn(server.url);
  workers = new KeptWorkers('worker-process.ts', server.url);
  await pool.query(`CREATE TABLE accounts AS SELECT id, 100 AS balance FROM generate_series(1, ${accounts}) AS id;
    CREATE TABLE moves (run text);
    CREATE TABLE effects (run text, step text, epoch bigint)`);
}, 60_000);

afterAll(async () => {
  await workers.dispose();
  await pool.end();
  await server.dispose();
}, 60_000);

test('transfers go to their ends through kills of workers and of the server', {
  timeout: 240_000,
}, async () => {
  const random = seededRandom('crash');
  await workers.start(2);
  let asked = 0;
  let kills = 0;
  const asking = (async () => {
    while (kills < 6) {
      const [from, to] = [1 + random.below(accounts), 1 + random.below(accounts)];
      const order: TransferOrder = { id: `transfer-${asked}`, from, to };
      workers.send(asked++ % 2, order);
      await sleep(10);
    }
  })();
  for (; kills < 6; kills++) {
    await sleep(500 + random.below(1_000));
    if (kills % 3 === 2) {
      await server.kill();
      await server.start();
    } else {
      await workers.kill(kills % 2);
    }
  }
  await asking;

  await workers.dispose();

  // The last worker: it starts nothing, and finishes what is there.
  const definition = transfer(pool);
  const engine = postgresLedger({ pool, lease: '3s' });
  await using ledger = await openLedger({ engine, definitions: [definition] });
  const { accepted } = workers;
  for (const id of accepted) await (await ledger.find(definition, id))!.result;
  while ((await ledger.list({ status: 'running' })).runs.length > 0) await sleep(100);
  for (const id of accepted) {
    expect(texts((await ledger.read(id))?.records ?? []).slice(1)).toEqual(transferRecords);
  }
  const count = async (text: string) => Number((await pool.query(text)).rows[0].count);
  const ended = await count(`SELECT count(*) FROM holdfast.runs`);
  expect(accepted.size).toBeGreaterThan(10);
  expect(await count(`SELECT sum(balance) AS count FROM accounts`)).toBe(100 * accounts);
  expect(await count('SELECT count(*) FROM moves')).toBe(ended);
  expect(await count('SELECT count(DISTINCT run) FROM moves')).toBe(ended);
  for (const step of ['noted', 'told']) {
    expect(await count(`SELECT count(DISTINCT run) FROM effects WHERE step = '${step}'`)).toBe(ended);
  }
  // Done again by another epoch only: never twice by one worker that has not failed.
  const effects = await count('SELECT count(*) FROM effects');
  console.log(
    `${ended} transfers, ${accepted.size} accepted, ${effects - 2 * ended} effects again, ${kills} kills`,
  );
});
