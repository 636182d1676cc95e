import { createServer } from 'node:net';
import { type ServiceName, serviceNames } from '../shop/services.ts';

export type Ports = Readonly<Record<ServiceName, number>>;

/** Below the range from which systems take ports for outgoing connections, which could block a restart. */
const freeFrom = 15_000;
const freeTo = 32_000;
const probesMax = 50;

/** A service's port is taken by another program. */
export class PortTaken extends Error {
  constructor(port: number, service: ServiceName, reason: string) {
    super(
      reason === 'EADDRINUSE'
        ? `port ${port}, which ${service} needs, is taken by another program: end that, or choose others with --port (0 finds free ones)`
        : `${service} cannot listen on port ${port} (${reason}): choose others with --port (0 finds free ones)`,
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
  for (let probe = 0; probe < probesMax; probe++) {
    const ports = consecutive(freeFrom + Math.floor(Math.random() * (freeTo - freeFrom)));
    const reasons = await Promise.all(serviceNames.map((service) => blocked(ports[service])));
    if (reasons.every((reason) => reason === undefined)) return ports;
  }
  throw new Error(
    `no ${serviceNames.length} free ports in a row between ${freeFrom} and ${freeTo}: name the first of them with --port`,
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
