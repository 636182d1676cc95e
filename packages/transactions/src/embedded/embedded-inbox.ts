import type { World } from '@holdfast/core';
import type { Inbox } from '../outbox/inbox.ts';
import type { Transactor } from '../outbox/transactor.ts';
import type { EmbeddedTransaction } from './embedded-transaction.ts';

const table = 'hf.inbox';

/** By consumer and message, when it was accepted: in that order, as long as the wall clock does not step back. */
export class EmbeddedInbox implements Inbox<EmbeddedTransaction> {
  readonly #transactor: Transactor<EmbeddedTransaction>;
  readonly #world: World;

  constructor(transactor: Transactor<EmbeddedTransaction>, world: World) {
    this.#transactor = transactor;
    this.#world = world;
  }

  async accept(
    transaction: EmbeddedTransaction,
    consumer: string,
    messageId: string,
  ): Promise<'fresh' | 'duplicate'> {
    const key = JSON.stringify([consumer, messageId]);
    if (transaction.get(table, key) !== undefined) return 'duplicate';
    transaction.put(table, key, this.#world.clock.wall());
    return 'fresh';
  }

  prune(wall: number, signal?: AbortSignal): Promise<number> {
    return this.#transactor.transact(async (transaction) => {
      let forgotten = 0;
      for (const [key, at] of transaction.rows(table)) {
        if ((at as number) >= wall) continue;
        transaction.delete(table, key);
        forgotten++;
      }
      return forgotten;
    }, signal);
  }
}
