// A process that serves a ledger on PostgreSQL: starts the transfers that it is asked for, and says which are accepted.
import { openLedger } from '@holdfast/transactions';
import { postgresLedger } from '../../src/index.ts';
import { poolOn } from '../test-database.ts';
import { type Transfer, transfer } from './transfer.ts';

/** What the parent asks for, after the server's URL. */
export interface StartOrder extends Transfer {
  readonly id: string;
}

process.once('message', async (url: string) => {
  const pool = poolOn(url);
  const definition = transfer(pool);
  // As its own service would be: a worker that cannot go on is started anew.
  const leave = () => process.exit(1);
  process.on('unhandledRejection', leave);
  try {
    const engine = postgresLedger({ pool, lease: '3s', answerTimeout: '1s' });
    const ledger = await openLedger({ engine, definitions: [definition] });
    process.on('message', async ({ id, ...input }: StartOrder) => {
      await ledger.start(definition, input, { id }).then(
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
