import { type AnyResource, twoPhase } from '@holdfast/transactions';
import type { Pool, PoolClient } from 'pg';
import { postgresResource } from '../../src/index.ts';

export const schema = 'two_banks';

export interface Move {
  readonly account: number;
  readonly amount: number;
}

/** Moves money between two servers. */
export function moveBetween(
  pools: readonly [Pool, Pool],
): ReturnType<typeof twoPhase<Banks, Move, undefined>> {
  const resource = (name: string, pool: Pool) =>
    postgresResource<PoolClient>({ name, pool, schema, answerTimeout: '5s' });
  return twoPhase('move', {
    resources: { one: resource('one', pools[0]), other: resource('other', pools[1]) },
    attempts: 100,
    work: async ({ one, other }, { account, amount }: Move, { id }): Promise<undefined> => {
      const change = (client: PoolClient, by: number) =>
        client.query(`UPDATE ${schema}.balances SET balance = balance + $1 WHERE id = $2`, [by, account]);
      await change(one, -amount);
      await change(other, amount);
      for (const client of [one, other]) await client.query(`INSERT INTO ${schema}.moves VALUES ($1)`, [id]);
    },
  });
}

type Banks = { readonly one: AnyResource; readonly other: AnyResource };
