// A process that moves money between two servers by two-phase commit, its ledger being on the first of them.
import { openLedger, twoPhase } from '@holdfast/transactions';
import type { PoolClient } from 'pg';
import { postgresLedger, postgresResource } from '../../src/index.ts';
import { poolOn } from '../test-database.ts';

/** The first message: where both banks are. */
export interface TwoBanks {
  readonly urls: readonly [string, string];
  readonly schema: string;
}

export interface MoveOrder extends Move {
  readonly id: string;
}

interface Move {
  readonly account: number;
  readonly amount: number;
}

process.once('message', async ({ urls, schema }: TwoBanks) => {
  const leave = () => process.exit(1);
  process.on('unhandledRejection', leave);
  const resource = (name: string, url: string) =>
    postgresResource<PoolClient>({ name, pool: poolOn(url), schema, answerTimeout: '2s' });
  const resources = { one: resource('one', urls[0]), other: resource('other', urls[1]) };
  const move = twoPhase('move', {
    resources,
    attempts: 100,
    work: async ({ one, other }, { account, amount }: Move, { id }) => {
      const change = (client: PoolClient, by: number) =>
        client.query(`UPDATE ${schema}.balances SET balance = balance + $1 WHERE id = $2`, [by, account]);
      await change(one, -amount);
      await change(other, amount);
      for (const client of [one, other]) await client.query(`INSERT INTO ${schema}.moves VALUES ($1)`, [id]);
    },
  });
  try {
    const engine = postgresLedger({ pool: poolOn(urls[0]), schema, lease: '3s', answerTimeout: '1s' });
    const ledger = await openLedger({ engine, definitions: [move] });
    process.on('message', async ({ id, ...input }: MoveOrder) => {
      await ledger.start(move, input, { id }).then(
        (run) => {
          process.send?.(id);
          run.result.catch(leave);
        },
        () => {},
      );
    });
    process.send?.('ready');
  } catch {
    leave();
  }
});
