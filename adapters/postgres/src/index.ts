export type {
  PooledConnection,
  PostgresAnswer,
  PostgresConnection,
  PostgresNotification,
  PostgresPool,
  PostgresStatement,
} from './connection/postgres-pool.ts';
export { type PostgresLedger, type PostgresLedgerOptions, postgresLedger } from './ledger/postgres-ledger.ts';
