// A process that moves money between two servers by two-phase commit, its ledger being on the first of them.
import { openLedger } from '@holdfast/transactions';
import { postgresLedger } from '../../src/index.ts';
import { poolOn } from '../test-database.ts';
import { type Move, moveBetween, schema } from './two-banks.ts';

/** What the parent asks for, after the servers' URLs. */
export interface MoveOrder extends Move {
  readonly id: string;
}

process.once('message', async (urls: readonly [string, string]) => {
  const leave = () => process.exit(1);
  process.on('unhandledRejection', leave);
  const move = moveBetween([poolOn(urls[0]), poolOn(urls[1])]);
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
