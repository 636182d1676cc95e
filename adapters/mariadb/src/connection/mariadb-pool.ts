/**
 * What this package needs of a pool of connections. A `Pool` of `mysql2/promise` is one as it is. Its owner makes it and
 * ends it.
 */
export interface MariadbPool {
  getConnection(): Promise<PooledConnection>;
}

/** A connection that can run statements: one of `mysql2/promise`, inside a transaction or not. */
export interface MariadbConnection {
  // biome-ignore lint/suspicious/noExplicitAny: a row has what its statement selects.
  query(statement: MariadbStatement): Promise<[any, unknown]>;
}

/** A connection that its holder has for itself until it gives it back to the pool, or closes it. */
export interface PooledConnection extends MariadbConnection {
  release(): void;
  destroy(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

/** Sent as text, with its values in it: XA is not among what MariaDB prepares everywhere. */
export interface MariadbStatement {
  readonly sql: string;
  readonly values?: unknown[];
}
