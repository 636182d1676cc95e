import { createServer } from 'node:net';
import { type ServiceName, serviceNames } from '../shop/services.ts';
import { memberNames, type StorePorts } from '../store/members.ts';

export type Ports = Readonly<Record<ServiceName, number>>;

/** Below the range from which systems take ports for outgoing connections, which could block a restart. */
const freeFrom = 15_000;
const freeTo = 32_000;
const probesMax = 50;

/** A process's port is taken by another program. */
export class PortTaken extends Error {
  constructor(port: number, name: string, reason: string) {
    super(
      reason === 'EADDRINUSE'
        ? `port ${port}, which ${name} needs, is taken by another program: end that, or choose others with --port (0 finds free ones)`
        : `${name} cannot listen on port ${port} (${reason}): choose others with --port (0 finds free ones)`,
    );
    this.name = 'PortTaken';
  }
}

/**
 * The ports of the services: `first` and those after it; with 0, some that are free.
 *
 * @throws PortTaken
 */
export async function choosePorts(first: number): Promise<Ports> {
  if (first !== 0) {
    const ports = consecutive(first);
    for (const service of serviceNames) {
      const reason = await blocked(ports[service]);
      if (reason !== undefined) throw new PortTaken(ports[service], service, reason);
    }
    return ports;
  }
  return consecutive(await freePorts(serviceNames.length));
}

/** Ports for the members of the store, which nobody has to know. */
export async function chooseStorePorts(): Promise<StorePorts> {
  const first = await freePorts(2 * memberNames.length);
  return Object.fromEntries(
    memberNames.map((name, index) => [name, { native: first + 2 * index, peer: first + 2 * index + 1 }]),
  ) as unknown as StorePorts;
}

/** The first of so many ports in a row on which nobody listens. */
async function freePorts(count: number): Promise<number> {
  for (let probe = 0; probe < probesMax; probe++) {
    const first = freeFrom + Math.floor(Math.random() * (freeTo - freeFrom));
    const reasons = await Promise.all(Array.from({ length: count }, (_, index) => blocked(first + index)));
    if (reasons.every((reason) => reason === undefined)) return first;
  }
  throw new Error(
    `no ${count} free ports in a row between ${freeFrom} and ${freeTo}: name the first of them with --port`,
  );
}

function consecutive(first: number): Ports {
  return Object.fromEntries(
    serviceNames.map((service, index) => [service, first + index]),
  ) as unknown as Ports;
}

/** Why nobody can listen on `port`; undefined when one can. */
function blocked(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(undefined)));
  });
}
