/** Which messages a consumer has dealt with: kept in the transaction of what it does about them. */
export interface Inbox<Transaction> {
  /**
   * Notes that `consumer` deals with a message in this transaction. `duplicate`: it has done so in one that committed; do
   * nothing. Where another transaction is about to, this waits for its end, or makes one of the two begin again.
   */
  accept(transaction: Transaction, consumer: string, messageId: string): Promise<'fresh' | 'duplicate'>;
  /**
   * Forgets what was accepted before `wall` (milliseconds since the Unix epoch): duplicates of that are not known any
   * more. The number of notes forgotten.
   */
  prune(wall: number, signal?: AbortSignal): Promise<number>;
}
