/** A database that does several things in one transaction: where an outbox, an inbox and a service's own data live. */
export interface Transactor<Transaction> {
  /**
   * Does `work` in a transaction, which commits if it resolves and is rolled back if it throws. It may be called again for
   * the same work where the engine has to repeat a transaction.
   *
   * @throws what `work` throws; DATABASE_UNAVAILABLE (it may have committed), DATABASE_FULL, DATABASE_FAILED,
   * DATABASE_CLOSED; ABORTED.
   */
  transact<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result>;
}
