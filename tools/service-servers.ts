import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from './service-catalogue.ts';

const startTimeoutMillis = 15_000;
const stopTimeoutMillis = 5_000;

/** The variables that tell tests where a service is: `HOLDFAST_REDIS_URL` and so on. */
export type ServiceVariables = Readonly<Record<string, string>>;

/** The servers that the environment names already, or undefined where it names none. */
export function namedServers(service: Service, environment: NodeJS.ProcessEnv): ServiceVariables | undefined {
  const prefix = variablePrefix(service);
  const urls = environment[`${prefix}_URLS`] ?? environment[`${prefix}_URL`];
  const url = environment[`${prefix}_URL`] ?? urls?.split(',')[0];
  return url === undefined || urls === undefined
    ? undefined
    : { [`${prefix}_URL`]: url, [`${prefix}_URLS`]: urls };
}

/** The service's program, installed first where this is Debian and we are root; or what stands in the way. */
export function provideProgram(service: Service): { program: string } | { missing: string } {
  const present = findProgram(service.program);
  if (present !== undefined) return { program: present };
  const { name, debianPackage } = service;
  const remedy = `install '${debianPackage}', or name a running server in ${variablePrefix(service)}_URL`;
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    return {
      missing: `${name} is not installed here, and only root on Debian can have it installed: ${remedy}`,
    };
  }
  console.log(`Installing ${debianPackage} ...`);
  // RUNLEVEL=1 keeps the package from starting a server of its own.
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const install = ['install', '--yes', '--no-install-recommends', debianPackage];
  for (const args of [['update', '--quiet'], install]) {
    const { status, stdout, stderr } = spawnSync('apt-get', args, { env: environment, encoding: 'utf8' });
    if (status !== 0) return { missing: `apt-get ${args.join(' ')} failed; ${remedy}\n${stdout}${stderr}` };
  }
  const program = findProgram(service.program);
  return program === undefined
    ? { missing: `${debianPackage} brought no '${service.program}'; ${remedy}` }
    : { program };
}

/** Servers of one or more services that run until they are stopped. */
export class RunningServers {
  private readonly children: ChildProcess[] = [];
  private readonly folder: string;

  /** `folder` is where the servers keep their files; its owner removes it. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Starts all instances of a service and waits until they answer. */
  async start(service: Service, program: string): Promise<ServiceVariables> {
    const urls: string[] = [];
    for (let instance = 0; instance < service.instances; instance += 1) {
      const folder = join(this.folder, `${service.name}-${instance}`);
      mkdirSync(folder);
      const port = await freePort();
      const child = service.start(program, { port, folder });
      this.children.push(child);
      await answering(service, child, port);
      urls.push(service.url(port));
    }
    const prefix = variablePrefix(service);
    return {
      [`${prefix}_URL`]: urls[0] ?? '',
      [`${prefix}_URLS`]: urls.join(','),
      [`${prefix}_SERVER`]: program,
    };
  }

  /** Ends every server, by force where it does not follow in time. */
  async stop(): Promise<void> {
    await Promise.all(this.children.splice(0).map(end));
  }
}

function variablePrefix({ name }: Service): string {
  return `HOLDFAST_${name.toUpperCase()}`;
}

function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}

async function answering(service: Service, child: ChildProcess, port: number): Promise<void> {
  let problem: string | undefined;
  child.once('error', (error) => {
    problem = error.message;
  });
  child.once('exit', (code, signal) => {
    problem ??= `it ended with ${signal ?? `exit code ${code}`}`;
  });
  for (let waited = 0; waited < startTimeoutMillis; waited += 50) {
    if (problem !== undefined) throw new Error(`The ${service.name} server did not start: ${problem}`);
    if (await accepts(port)) return;
    await sleep(50);
  }
  throw new Error(
    `The ${service.name} server did not answer on port ${port} within ${startTimeoutMillis} ms.`,
  );
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMillis);
  await exited;
  clearTimeout(force);
}
