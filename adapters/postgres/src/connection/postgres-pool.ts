/**
 * What this package needs of a pool of connections. A `Pool` of `pg` is one as it is. Its owner makes it, listens to its
 * errors and ends it.
 */
export interface PostgresPool {
  connect(): Promise<PooledConnection>;
  /** Tells of each connection when it is made. */
  on?(event: 'connect', listener: (connection: PooledConnection) => void): unknown;
}

/** A connection that can run statements: a client of `pg`, inside a transaction or not. */
export interface PostgresConnection {
  query(statement: PostgresStatement): Promise<PostgresAnswer>;
}

/** A connection that its holder has for itself until it gives it back; with an error, the pool closes it instead. */
export interface PooledConnection extends PostgresConnection {
  release(error?: Error | boolean): void;
  on(event: 'notification', listener: (notification: PostgresNotification) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

export interface PostgresStatement {
  readonly text: string;
  readonly values?: unknown[];
  /** Prepared once on each connection under this name. */
  readonly name?: string;
}

export interface PostgresAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: a row has what its statement selects.
  readonly rows: any[];
  /** What has been done: the first word of it, such as `COMMIT`. */
  readonly command?: string;
}

export interface PostgresNotification {
  readonly channel: string;
  readonly payload?: string | undefined;
}
