import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderOnDisk } from './folder.ts';

/** What a driver prints: how many requests were answered, how fast, and the processor time that the driver itself took. */
export interface LoadOutcome {
  readonly count: number;
  readonly errors: number;
  readonly seconds: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  readonly cpuSeconds: number;
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
  const driver = fileURLToPath(new URL('./native-driver.ts', import.meta.url));
  const loader = Number.parseInt(process.versions.node, 10) >= 23 ? [] : ['--import', 'tsx'];
  return drive(process.execPath, [...loader, driver, what, endpoints, `${flight}`, `${seconds}`]);
}

async function drive(program: string, args: readonly string[]): Promise<LoadOutcome> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (piece) => {
    output += piece;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
  return JSON.parse(output);
}

/** Built once, from Debian's `golang-go` and `golang-etcd-server-dev`. */
function goDriver(): string {
  const program = join(folderOnDisk(), 'etcd-driver');
  if (existsSync(program)) return program;
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
