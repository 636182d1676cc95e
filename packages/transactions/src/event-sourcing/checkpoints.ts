/**
 * How far projections have come, kept in the transaction of what they make of the events: then each event counts exactly
 * once.
 */
export interface Checkpoints<Transaction> {
  /** The position that `name` has reached; 0 when it has not begun. */
  read(transaction: Transaction, name: string): Promise<number>;
  /**
   * Moves `name` from one position to another, also back. False, and nothing moves, when it is not at `from`: somebody else
   * moved it. Two transactions that move one name at once do it one after the other.
   */
  advance(transaction: Transaction, name: string, from: number, to: number): Promise<boolean>;
}
