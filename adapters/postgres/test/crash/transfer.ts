import { isHoldfastError, sleep } from '@holdfast/core';
import type { RunContext, RunDefinition } from '@holdfast/transactions';
import type { Pool } from 'pg';
import { bytes } from '../ledger-host.ts';

export interface Transfer {
  readonly from: number;
  readonly to: number;
}

/** The records of a transfer that has ended. */
export const transferRecords: readonly string[] = ['noted', 'moved', 'told', 'done'];

/**
 * Money that moves in three steps: it is noted outside, at least once; moved in the transaction that records it, exactly
 * once; and told of outside, at least once.
 */
export function transfer(pool: Pool): RunDefinition<Transfer, string> {
  return {
    type: 'test/transfer',
    version: 1,
    begin: (input) => bytes(JSON.stringify(input)),
    result: (records) => new TextDecoder().decode(records.at(-1)),
    async drive(run) {
      const { from, to } = JSON.parse(new TextDecoder().decode(run.records[0])) as Transfer;
      const effect = (step: string) => () =>
        pool.query('INSERT INTO effects VALUES ($1, $2, $3)', [run.id, step, run.epoch]);
      const move = async (transaction: unknown): Promise<readonly Uint8Array[]> => {
        const client = transaction as Pool;
        // In one order by all: else they wait for each other, and PostgreSQL takes a second to see that.
        const changes = [
          { id: from, by: -1 },
          { id: to, by: 1 },
        ];
        for (const { id, by } of changes.sort((one, other) => one.id - other.id)) {
          await client.query('UPDATE accounts SET balance = balance + $2 WHERE id = $1', [id, by]);
        }
        await client.query('INSERT INTO moves VALUES ($1)', [run.id]);
        return [bytes('moved')];
      };
      const steps = [
        async () => {
          await persist(run, effect('noted'));
          await run.append([bytes('noted')]);
        },
        () => persist(run, () => run.attach(move)),
        async () => {
          await persist(run, effect('told'));
          await run.append([bytes('told')]);
        },
        () => run.append([bytes('done')], 'durable', { status: 'ended' }),
      ];
      for (const step of steps.slice(run.records.length - 1)) await step();
    },
  };
}

/** Goes on through a server that is away, and through transfers that stand in each other's way. */
async function persist(run: RunContext, work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (run.signal.aborted || (isHoldfastError(error) && error.code !== 'LEDGER_UNAVAILABLE')) throw error;
      await sleep(50, { signal: run.signal });
    }
  }
}
