// A process that serves a ledger on PostgreSQL: starts the transfers that it is asked for, and says which are accepted.
import { openLedger } from '@holdfast/transactions';
import { postgresLedger } from '../../src/index.ts';
import { poolOn } from '../test-database.ts';
import { type StartOrder, serveOrders } from './serve-orders.ts';
import { type Transfer, transfer } from './transfer.ts';

/** What the parent asks for, after the server's URL. */
export type TransferOrder = StartOrder<Transfer>;

process.once('message', async (url: string) => {
  const pool = poolOn(url);
  const definition = transfer(pool);
  const engine = postgresLedger({ pool, lease: '3s', answerTimeout: '1s' });
  await serveOrders(definition, () => openLedger({ engine, definitions: [definition] }));
});
