export type {
  PooledConnection,
  PostgresAnswer,
  PostgresConnection,
  PostgresNotification,
  PostgresPool,
  PostgresStatement,
} from './connection/postgres-pool.ts';
export {
  openPostgresDatabase,
  type PostgresDatabase,
  type PostgresDatabaseOptions,
} from './database/postgres-database.ts';
export {
  openPostgresEventStore,
  type PostgresEventStoreOptions,
} from './event-store/postgres-event-store.ts';
export { type PostgresLedger, type PostgresLedgerOptions, postgresLedger } from './ledger/postgres-ledger.ts';
export {
  type PostgresBarrierOptions,
  postgresBarrierStorage,
  preparePostgresBarrier,
} from './tcc/postgres-barrier-storage.ts';
export { type PostgresResourceOptions, postgresResource } from './two-phase/postgres-resource.ts';
