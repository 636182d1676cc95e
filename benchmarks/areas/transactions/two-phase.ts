import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { postgresResource } from '@holdfast/postgres';
import { openLedger, twoPhase } from '@holdfast/transactions';
import { folderEngine } from '@holdfast/transactions/node';
import { Pool, type PoolClient } from 'pg';
import { folderOnDisk } from '../../harness/folder-on-disk.ts';
import type { Engine } from './closed-loop.ts';
import { PostgresServer } from './postgres-server.ts';

const accounts = 10_000;
const connections = 40;

/** Transfers between two databases of one server, committed in both or in neither; the decision is durable in a folder. */
export async function coordinatedTransfers(): Promise<Engine> {
  const { server, debits, credits } = await openBanks();
  const path = mkdtempSync(join(folderOnDisk(), 'bench-coordinator-'));
  const transfer = twoPhase('transfer', {
    resources: {
      debits: postgresResource<PoolClient>({ name: 'debits', pool: debits }),
      credits: postgresResource<PoolClient>({ name: 'credits', pool: credits }),
    },
    async work(banks, account: number) {
      await Promise.all([change(banks.debits, account, -1), change(banks.credits, account, 1)]);
    },
  });
  const ledger = await openLedger({ engine: folderEngine(path), definitions: [transfer] });
  return {
    async work(n) {
      const run = await ledger.start(transfer, n % accounts, { id: `transfer-${n}` });
      if ((await run.result).status !== 'committed') throw new Error(`transfer ${n} went wrong`);
    },
    async stop() {
      await ledger.close();
      rmSync(path, { recursive: true, force: true });
      await closeBanks(server, debits, credits);
    },
  };
}

/** The same statements by hand, with no record of the decision: a crash between the two leaves it in doubt for ever. */
export async function bareTransfers(): Promise<Engine> {
  const { server, debits, credits } = await openBanks();
  return {
    async work(n) {
      const banks = await Promise.all([debits.connect(), credits.connect()]);
      const names = ['debits', 'credits'].map((side) => `bare-${n}-${side}`);
      try {
        const all = (statement: (index: number) => string): Promise<unknown> =>
          Promise.all(banks.map((bank, index) => bank.query(statement(index))));
        await all(() => 'BEGIN');
        await Promise.all([change(banks[0]!, n % accounts, -1), change(banks[1]!, n % accounts, 1)]);
        await all((index) => `PREPARE TRANSACTION '${names[index]}'`);
        await all((index) => `COMMIT PREPARED '${names[index]}'`);
      } finally {
        for (const bank of banks) bank.release();
      }
    },
    stop: () => closeBanks(server, debits, credits),
  };
}

interface Banks {
  readonly server: PostgresServer;
  readonly debits: Pool;
  readonly credits: Pool;
}

async function openBanks(): Promise<Banks> {
  const server = await PostgresServer.start();
  for (const side of ['debits', 'credits']) {
    await server.query(`CREATE DATABASE ${side}`);
    await server.query('CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL)', side);
    await server.query(
      `INSERT INTO account SELECT id, 0 FROM generate_series(0, ${accounts - 1}) AS id`,
      side,
    );
  }
  const pool = (side: string): Pool => new Pool({ connectionString: server.url(side), max: connections });
  return { server, debits: pool('debits'), credits: pool('credits') };
}

async function closeBanks(server: PostgresServer, ...pools: Pool[]): Promise<void> {
  await Promise.all(pools.map((pool) => pool.end()));
  await server.stop();
}

function change(bank: PoolClient, account: number, by: number): Promise<unknown> {
  return bank.query('UPDATE account SET balance = balance + $1 WHERE id = $2', [by, account]);
}
