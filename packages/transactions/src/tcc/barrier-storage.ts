import type { BarrierCall, BarrierMark } from './barrier-call.ts';

/** Names a mark: the call's operation does not matter. */
export type MarkKey = Pick<BarrierCall, 'transaction' | 'branch'>;

/**
 * Where marks are kept: in the participant's database, and nowhere else. All but {@link BarrierStorage.expired} work in
 * the transaction that they are given, and neither begin nor end one.
 */
export interface BarrierStorage<Transaction> {
  /**
   * The mark, created as `new` where there is none. Until the transaction ends, no other one gets it: they wait, or fail
   * with an error after which the call may come again.
   */
  lock(transaction: Transaction, key: MarkKey): Promise<BarrierMark>;
  /** Changes a mark that the transaction has locked. */
  write(transaction: Transaction, key: MarkKey, mark: BarrierMark): Promise<void>;
  /**
   * Marks that are `tried` and whose `expiresAt` is not after `now` (wall-clock milliseconds), those that expired first at
   * the head, `limit` at most. It locks nothing.
   */
  expired(transaction: Transaction, now: number, limit: number): Promise<readonly MarkKey[]>;
}
