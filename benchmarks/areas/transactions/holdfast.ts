import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { postgresLedger } from '@holdfast/postgres';
import { type Ledger, openLedger, saga } from '@holdfast/transactions';
import { folderEngine } from '@holdfast/transactions/node';
import { Pool } from 'pg';
import { folderOnDisk } from '../../harness/folder-on-disk.ts';
import type { Engine } from './closed-loop.ts';
import { PostgresServer } from './postgres-server.ts';
import { oneMore } from './three-steps.ts';

const nothing = (): void => {};

const order = saga<number>('order', { version: 1 })
  .step('reserve', { do: (c) => oneMore(c.input), undo: nothing })
  .pivot('charge', { do: (c) => oneMore(c.reserve) })
  .ensure('ship', { do: (c) => oneMore(c.charge) });

/** Sagas on a ledger in a folder, each record durable before the saga goes on. */
export async function embeddedSagas(): Promise<Engine> {
  const path = mkdtempSync(join(folderOnDisk(), 'bench-holdfast-'));
  const ledger = await openLedger({ engine: folderEngine(path), definitions: [order] });
  return {
    work: (n) => runOrder(ledger, n),
    async stop() {
      await ledger.close();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Sagas on a ledger in PostgreSQL. */
export async function postgresSagas(): Promise<Engine> {
  const server = await PostgresServer.start();
  const pool = new Pool({ connectionString: server.url(), max: 20 });
  const ledger = await openLedger({ engine: postgresLedger({ pool }), definitions: [order] });
  return {
    work: (n) => runOrder(ledger, n),
    counter: () => server.commits(),
    async stop() {
      await ledger.close();
      await pool.end();
      await server.stop();
    },
  };
}

async function runOrder(ledger: Ledger, n: number): Promise<void> {
  const run = await ledger.start(order, n, { id: `order-${n}` });
  const outcome = await run.result;
  if (outcome.status !== 'committed' || outcome.value.ship !== n + 3)
    throw new Error(`order ${n} went wrong`);
}
