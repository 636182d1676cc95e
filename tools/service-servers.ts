import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@holdfast/runtime/testkit';
import { type DebianProgram, provideProgram } from './debian-program.ts';
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

/** The service's program, installed first where that is possible; or what stands in the way. */
export function provideServer(service: Service): { program: string } | { missing: string } {
  return provideProgram(service, `name a running server in ${variablePrefix(service)}_URL`);
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

/** Where tests find what `name` stands for. */
export function variablePrefix({ name }: DebianProgram): string {
  return `HOLDFAST_${name.toUpperCase()}`;
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
