import type { CoordinationStore } from '@holdfast/coordination';
import { type LedgerEngine, type LedgerVisit, storeLedger } from '@holdfast/transactions';
import { folderEngine } from '@holdfast/transactions/node';
import { connect } from '../cluster/connect.ts';
import { importInstalled } from '../import-installed.ts';
import type { LedgerPlace } from './ledger-place.ts';

/** A ledger that is looked into, and what has to be closed after it. */
export interface OpenVisit {
  readonly visit: LedgerVisit;
  close(): Promise<void>;
}

/** What is used of packages that are not dependencies of this one. */
interface PostgresAdapter {
  postgresLedger(options: { pool: PostgresPool; schema?: string | undefined }): LedgerEngine;
}
interface PostgresDriver {
  Pool: new (options: {
    connectionString: string;
    max: number;
    connectionTimeoutMillis: number;
  }) => PostgresPool;
}
interface PostgresPool {
  on(event: 'error', listener: () => void): void;
  end(): Promise<void>;
}
interface EtcdAdapter {
  etcdStore(options: object): CoordinationStore;
}

/** @throws UsageError when a package is missing; HoldfastError when the ledger cannot be reached. */
export async function openLedgerVisit(place: LedgerPlace): Promise<OpenVisit> {
  switch (place.kind) {
    case 'folder':
      return visitOf(folderEngine(place.path), async () => {});
    case 'postgres':
      return visitPostgres(place.url, place.schema);
    case 'cluster':
      return visitStore(connect(place.cluster), place.prefix);
    case 'etcd': {
      const { endpoints, tls, user, requestTimeout, prefix } = place;
      const { etcdStore } = await importInstalled<EtcdAdapter>('@holdfast/etcd', {
        for: '--endpoints with http:// or https://',
        install: '@holdfast/etcd @grpc/grpc-js',
      });
      return visitStore(etcdStore({ endpoints, tls, user, requestTimeout }), prefix);
    }
  }
}

async function visitPostgres(url: string, schema: string | undefined): Promise<OpenVisit> {
  const needed = { for: '--postgres', install: '@holdfast/postgres pg' };
  const { postgresLedger } = await importInstalled<PostgresAdapter>('@holdfast/postgres', needed);
  const driver = await importInstalled<PostgresDriver & { default?: PostgresDriver }>('pg', needed);
  const { Pool } = driver.default ?? driver;
  const pool = new Pool({ connectionString: url, max: 3, connectionTimeoutMillis: 5_000 });
  // A connection that is lost says so to who uses it.
  pool.on('error', () => {});
  return visitOf(postgresLedger({ pool, schema }), () => pool.end());
}

function visitStore(store: CoordinationStore, prefix: string | undefined): Promise<OpenVisit> {
  return visitOf(storeLedger({ store, prefix }), () => store.close());
}

async function visitOf(engine: LedgerEngine, closeMeans: () => Promise<void>): Promise<OpenVisit> {
  try {
    const visit = await engine.visit();
    return {
      visit,
      close: async () => {
        await visit.close();
        await closeMeans();
      },
    };
  } catch (error) {
    await closeMeans();
    throw error;
  }
}
