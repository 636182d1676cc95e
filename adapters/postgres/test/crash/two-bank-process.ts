// A process that moves money between two servers by two-phase commit, its ledger being on the first of them.
import { openLedger } from '@holdfast/transactions';
import { postgresLedger } from '../../src/index.ts';
import { poolOn } from '../test-database.ts';
import { type StartOrder, serveOrders } from './serve-orders.ts';
import { type Move, moveBetween, schema } from './two-banks.ts';

/** What the parent asks for, after the servers' URLs. */
export type MoveOrder = StartOrder<Move>;

process.once('message', async ([one, other]: readonly [string, string]) => {
  const move = moveBetween([poolOn(one), poolOn(other)]);
  const engine = postgresLedger({ pool: poolOn(one), schema, lease: '3s', answerTimeout: '1s' });
  await serveOrders(move, () => openLedger({ engine, definitions: [move] }));
});
