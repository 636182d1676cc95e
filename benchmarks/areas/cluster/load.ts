import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderOnDisk } from '../../harness/folder-on-disk.ts';
import { typescriptLoader } from '../../harness/node-version.ts';
import type { ServerCluster } from './server-cluster.ts';

export type Driver = 'go' | 'native';

/** What a driver prints: how many requests were answered, how fast, and the processor time that the driver itself took. */
export interface LoadOutcome {
  readonly count: number;
  readonly errors: number;
  readonly seconds: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  readonly cpuSeconds: number;
}

/** What a driver prints that killed the leader. */
export interface FailoverOutcome {
  /** The place of the killed member among the endpoints. */
  readonly killed: number;
  /** From the kill until a write was accepted that was begun after it. */
  readonly failoverMicros: number;
  /** The longest that any accepted write took. */
  readonly longestMicros: number;
  readonly failed: number;
}

export interface Load {
  readonly what: 'put' | 'get' | 'watch';
  readonly flight: number;
  readonly seconds: number;
}

/** Loads servers through etcd's own Go client, in a process of its own. */
export function loadByGoClient(endpoints: string, { what, flight, seconds }: Load): Promise<LoadOutcome> {
  return drive(goDriver(), [
    what,
    ...['-endpoints', endpoints],
    ...['-flight', `${flight}`],
    ...['-seconds', `${seconds}`],
  ]);
}

/** Loads servers through Holdfast's own client and protocol, in a process of its own. */
export function loadByNativeClient(endpoints: string, { what, flight, seconds }: Load): Promise<LoadOutcome> {
  return driveNatively('native-driver', [what, endpoints, `${flight}`, `${seconds}`]);
}

/** Kills the leader while a driver writes, as each client rides it out with all endpoints. */
export function killLeader(driver: Driver, cluster: ServerCluster): Promise<FailoverOutcome> {
  const pids = cluster.pids.join(',');
  return driver === 'go'
    ? drive(goDriver(), ['failover', '-endpoints', cluster.endpoints, '-pids', pids])
    : driveNatively('native-failover', [cluster.nativeEndpoints, pids]);
}

function driveNatively<Outcome>(driver: string, args: readonly string[]): Promise<Outcome> {
  const script = fileURLToPath(new URL(`./${driver}.ts`, import.meta.url));
  return drive(process.execPath, [...typescriptLoader, script, ...args]);
}

async function drive<Outcome>(program: string, args: readonly string[]): Promise<Outcome> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (piece) => {
    output += piece;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
  return JSON.parse(output);
}

let builtDriver: string | undefined;

/** Built once in a process, from Debian's `golang-go` and `golang-etcd-server-dev`; quickly where nothing has changed. */
function goDriver(): string {
  builtDriver ??= buildGoDriver();
  return builtDriver;
}

function buildGoDriver(): string {
  const program = join(folderOnDisk(), 'etcd-driver');
  const source = fileURLToPath(new URL('./driver/', import.meta.url));
  const cache = join(folderOnDisk(), 'go-cache');
  mkdirSync(cache, { recursive: true });
  const { status, stderr } = spawnSync('go', ['build', '-o', program, '.'], {
    cwd: source,
    encoding: 'utf8',
    env: { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: cache },
  });
  if (status !== 0) {
    throw new Error(`The Go driver does not build; it needs golang-go and golang-etcd-server-dev: ${stderr}`);
  }
  return program;
}
