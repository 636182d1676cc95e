import { type ChildProcess, spawn } from 'node:child_process';
import type { DebianProgram } from './debian-program.ts';
import { startMariadb } from './mariadb-server.ts';
import { startPostgres } from './postgres-server.ts';

/** Where one server runs: a free port on loopback and a folder of its own. */
export interface ServerPlace {
  readonly port: number;
  readonly folder: string;
}

/** A kind of server that tests talk to. Its variables are `HOLDFAST_<NAME>_URL`, `_URLS` and `_SERVER`. */
export interface Service extends DebianProgram {
  /** How many servers the tests need at once. */
  readonly instances: number;
  url(port: number): string;
  /** Starts a server that stays in the foreground; it is ready once its port answers. */
  start(program: string, place: ServerPlace): ChildProcess;
}

/** Every service that tests may need; a new kind is one entry here. */
export const services: readonly Service[] = [
  {
    name: 'redis',
    debianPackage: 'redis-server',
    program: 'redis-server',
    instances: 3,
    url: (port) => `redis://127.0.0.1:${port}`,
    start: (program, { port, folder }) =>
      spawn(
        program,
        ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
        { stdio: 'ignore' },
      ),
  },
  {
    name: 'etcd',
    debianPackage: 'etcd-server',
    program: 'etcd',
    instances: 1,
    url: (port) => `http://127.0.0.1:${port}`,
    start: (program, { port, folder }) => {
      const client = `http://127.0.0.1:${port}`;
      const peer = 'http://127.0.0.1:0';
      return spawn(
        program,
        [
          ...['--data-dir', folder, '--listen-client-urls', client, '--advertise-client-urls', client],
          ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
          ...['--initial-cluster', `default=${peer}`, '--logger', 'zap'],
        ],
        { stdio: 'ignore' },
      );
    },
  },
  {
    name: 'postgres',
    debianPackage: 'postgresql-15',
    program: '/usr/lib/postgresql/15/bin/postgres',
    instances: 2,
    url: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
    start: (program, place) => startPostgres(program, place, { max_prepared_transactions: 64 }),
  },
  {
    name: 'mariadb',
    debianPackage: 'mariadb-server',
    program: 'mariadbd',
    instances: 1,
    url: (port) => `mysql://root@127.0.0.1:${port}/mysql`,
    start: (program, place) => startMariadb(program, place),
  },
  {
    name: 'nats',
    debianPackage: 'nats-server',
    program: 'nats-server',
    instances: 1,
    url: (port) => `nats://127.0.0.1:${port}`,
    start: (program, { port, folder }) =>
      spawn(program, ['--addr', '127.0.0.1', '--port', `${port}`, '--jetstream', '--store_dir', folder], {
        stdio: 'ignore',
      }),
  },
];

/** Programs that tests call. Their variables are `HOLDFAST_<NAME>_PROGRAM`. */
export const programs: readonly DebianProgram[] = [
  { name: 'etcdctl', debianPackage: 'etcd-client', program: 'etcdctl' },
  { name: 'strace', debianPackage: 'strace', program: 'strace' },
  { name: 'ip', debianPackage: 'iproute2', program: 'ip' },
  { name: 'nft', debianPackage: 'nftables', program: 'nft' },
  { name: 'faketime', debianPackage: 'faketime', program: 'faketime' },
  { name: 'promtool', debianPackage: 'prometheus', program: 'promtool' },
  { name: 'prometheus', debianPackage: 'prometheus', program: 'prometheus' },
  { name: 'go', debianPackage: 'golang-go', program: 'go' },
  {
    name: 'otelgo',
    debianPackage: 'golang-opentelemetry-otel-dev',
    program: '/usr/share/gocode/src/go.opentelemetry.io/otel/version.go',
  },
];
