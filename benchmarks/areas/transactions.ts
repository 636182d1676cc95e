import { readFileSync } from 'node:fs';
import type { Area, Library } from '../harness/area.ts';
import { closedLoop } from './transactions/closed-loop.ts';
import { dbosWorkflows } from './transactions/dbos.ts';
import { bareAppends } from './transactions/floor.ts';
import { embeddedSagas, postgresSagas } from './transactions/holdfast.ts';
import { postgresVersion } from './transactions/postgres-server.ts';
import { resumedSagas } from './transactions/recovery.ts';
import { restateHandlers } from './transactions/restate.ts';
import { bareTransfers, coordinatedTransfers } from './transactions/two-phase.ts';

/** How many callers, and how many times as many sagas as the better peer Holdfast is to do. */
const embedded = [
  { flight: 1, times: 3 },
  { flight: 32, times: 15 },
  { flight: 256, times: 50 },
];
const onPostgres = [
  { flight: 1, times: 2 },
  { flight: 256, times: 10 },
];

const commits = 'commits a saga';

const holdfast: Library = {
  name: 'holdfast',
  version: '',
  subjects: {
    ...Object.fromEntries(
      embedded.map(({ flight }) => [`saga-${flight}`, closedLoop(embeddedSagas, flight)]),
    ),
    ...Object.fromEntries(
      onPostgres.map(({ flight }) => [`saga-postgres-${flight}`, closedLoop(postgresSagas, flight, commits)]),
    ),
    'two-phase-32': closedLoop(coordinatedTransfers, 32),
    recovery: resumedSagas,
  },
};

const dbos: Library = {
  name: 'DBOS',
  version: installed('@dbos-inc/dbos-sdk'),
  subjects: {
    ...Object.fromEntries(
      embedded.map(({ flight }) => [`saga-${flight}`, closedLoop(dbosWorkflows, flight, commits)]),
    ),
    ...Object.fromEntries(
      onPostgres.map(({ flight }) => [`saga-postgres-${flight}`, closedLoop(dbosWorkflows, flight, commits)]),
    ),
  },
};

const restate: Library = {
  name: 'Restate',
  version: installed('@restatedev/restate-server'),
  subjects: Object.fromEntries(
    embedded.map(({ flight }) => [`saga-${flight}`, closedLoop(restateHandlers, flight)]),
  ),
};

const bare: Library = {
  name: 'by hand',
  version: '',
  subjects: { 'two-phase-32': closedLoop(bareTransfers, 32) },
};

export const area: Area = {
  what: `Three durable steps; transfers over two databases. PostgreSQL ${postgresVersion()}, everything on one disk and durable`,
  cases: [
    ...embedded.map(({ flight, times }) => ({
      name: `saga-${flight}`,
      what: `three durable steps, ${flight} callers; Holdfast on a folder, every record awaited; floor: the bare records`,
      method: 'load' as const,
      unit: 'sagas/s',
      goal: { times },
    })),
    ...onPostgres.map(({ flight, times }) => ({
      name: `saga-postgres-${flight}`,
      what: `three durable steps on PostgreSQL, ${flight} callers`,
      method: 'load' as const,
      unit: 'sagas/s',
      goal: { times },
    })),
    {
      name: 'two-phase-32',
      what: 'transfers over two databases with a durable coordinator, beside bare PREPARE and COMMIT PREPARED, 32 callers',
      method: 'load',
      unit: 'transfers/s',
      goal: { times: 0.8 },
    },
    {
      name: 'recovery',
      what: 'from opening a ledger with 100,000 sagas in flight until all of them go on',
      method: 'figure',
      unit: 's',
      better: 'lower',
      goal: { atMost: 2 },
    },
  ],
  floor: {
    name: 'floor',
    version: '',
    subjects: Object.fromEntries(
      embedded.map(({ flight }) => [`saga-${flight}`, closedLoop(bareAppends, flight)]),
    ),
  },
  holdfast,
  peers: [dbos, restate, bare],
};

function installed(name: string): string {
  const manifest = readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
