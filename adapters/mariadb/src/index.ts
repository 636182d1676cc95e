export type {
  MariadbConnection,
  MariadbPool,
  MariadbStatement,
  PooledConnection,
} from './connection/mariadb-pool.ts';
export { mariadbBarrierStorage, prepareMariadbBarrier } from './tcc/mariadb-barrier-storage.ts';
export { type MariadbResourceOptions, mariadbResource } from './two-phase/mariadb-resource.ts';
