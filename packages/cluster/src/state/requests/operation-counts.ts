import type { TxnResponse } from '../../etcd/kv.ts';

/** How many operations on keys were done since this member started, counted as etcd counts them. */
export class OperationCounts {
  puts = 0;
  deletes = 0;
  ranges = 0;
  /** Transactions of several operations. */
  transactions = 0;

  /** The operations of a transaction, also of those within it. */
  transaction(response: TxnResponse): void {
    if (this.#each(response) > 1) this.transactions++;
  }

  #each({ responses }: TxnResponse): number {
    let count = 0;
    for (const { response } of responses) {
      if (response?.case === 'txn') {
        count += this.#each(response.value);
        continue;
      }
      count++;
      if (response?.case === 'put') this.puts++;
      else if (response?.case === 'deleteRange') this.deletes++;
      else if (response?.case === 'range') this.ranges++;
    }
    return count;
  }
}
