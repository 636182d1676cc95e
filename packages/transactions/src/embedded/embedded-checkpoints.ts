import type { Checkpoints } from '../event-sourcing/checkpoints.ts';
import type { EmbeddedTransaction } from './embedded-transaction.ts';

const table = 'hf.checkpoints';

/** One transaction at a time: there is nobody to be faster. */
export class EmbeddedCheckpoints implements Checkpoints<EmbeddedTransaction> {
  async read(transaction: EmbeddedTransaction, name: string): Promise<number> {
    return (transaction.get(table, name) as number | undefined) ?? 0;
  }

  async advance(transaction: EmbeddedTransaction, name: string, from: number, to: number): Promise<boolean> {
    if ((await this.read(transaction, name)) !== from) return false;
    transaction.put(table, name, to);
    return true;
  }
}
