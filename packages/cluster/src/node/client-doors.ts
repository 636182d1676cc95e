import type { Address, Connection, Listener, World } from '@holdfast/core';
import { nodeNetwork, type TlsOptions } from '@holdfast/runtime';
import type { GrpcServer } from '../grpc/grpc-server.ts';
import { openClientPort } from './client-port.ts';
import type { NodeUrl } from './node-url.ts';
import type { StatusPages } from './status-pages.ts';
import type { WebAnswer } from './web-connection.ts';

/** What comes in at a node's doors, and who takes it. */
export interface ClientDoors {
  readonly world: World;
  /** For `https` URLs. */
  readonly tls: TlsOptions | undefined;
  readonly grpc: GrpcServer;
  readonly pages: StatusPages;
}

/** Opens a door for gRPC and plain requests at each URL. */
export function openClientDoors(
  urls: readonly NodeUrl[],
  { grpc, pages, tls, world }: ClientDoors,
): Promise<Listener[]> {
  // etcd's clients may know nothing newer than TLS 1.2.
  const clientTls = tls && { ...tls, protocols: ['h2', 'http/1.1'], versionMin: 'TLSv1.2' as const };
  return openAll(urls, ({ address, encrypted }) => {
    const network = nodeNetwork({ host: address.host, tls: encrypted ? clientTls : undefined });
    return openClientPort({
      world: { ...world, network },
      port: address.port,
      http2: (connection, first) => grpc.serve(connection, first),
      web: answerOf(pages),
    });
  });
}

/** Opens a door for plain requests alone at each URL: it asks for no certificate. */
export function openMetricsDoors(
  urls: readonly NodeUrl[],
  { pages, tls, world }: Omit<ClientDoors, 'grpc'>,
): Promise<Listener[]> {
  const openTls = tls && { ...tls, mutual: false, protocols: ['http/1.1'], versionMin: 'TLSv1.2' as const };
  return openAll(urls, ({ address, encrypted }) => {
    const network = nodeNetwork({ host: address.host, tls: encrypted ? openTls : undefined });
    return openClientPort({ world: { ...world, network }, port: address.port, web: answerOf(pages) });
  });
}

function answerOf(pages: StatusPages): (connection: Connection) => WebAnswer {
  return ({ local }) =>
    (request) =>
      pages(request, local);
}

/** Opens all, or none: those that are open already are closed when one fails. */
async function openAll(
  urls: readonly NodeUrl[],
  open: (url: NodeUrl) => Promise<Listener>,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  try {
    for (const url of urls) listeners.push(await open(url));
    return listeners;
  } catch (error) {
    await closeAll(listeners);
    throw error;
  }
}

export async function closeAll(listeners: readonly Listener[]): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close()));
}

export function addressesOf(listeners: readonly Pick<Listener, 'address'>[]): Address[] {
  return listeners.map(({ address }) => address);
}
