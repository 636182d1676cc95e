import { readFileSync } from 'node:fs';
import { credentials } from '@grpc/grpc-js';
import { type ClusterClient, type ClusterClientOptions, clusterClient } from '@holdfast/cluster';
import { invalidArgument } from '@holdfast/core';
import { GrpcChannels } from './grpc-channels.ts';

export interface EtcdStoreOptions
  extends Omit<ClusterClientOptions, 'channels' | 'endpoints' | 'engine' | 'world'> {
  /** The members' client URLs, such as `'http://127.0.0.1:2379'`, or `'host:port'`. All with TLS, or all without. */
  readonly endpoints: readonly string[];
  /** How servers are recognised, and how this client shows who it is. Default for `https` the system's authorities. */
  readonly tls?: EtcdTls | undefined;
  /** Bytes of one response at most. Default 64 MiB. */
  readonly responseBytesMax?: number | undefined;
}

/** PEM: the text itself, or the path of a file, which is read when the store is made. */
export interface EtcdTls {
  /** Authorities that servers' certificates may be signed by. Default the system's. */
  readonly ca?: string | Uint8Array | undefined;
  readonly cert?: string | Uint8Array | undefined;
  readonly key?: string | Uint8Array | undefined;
  /** The name that a server's certificate must have. Default the endpoint's host. */
  readonly serverName?: string | undefined;
}

/**
 * A coordination store on etcd 3.4 or newer, over gRPC.
 *
 *     const store = etcdStore({ endpoints: ['http://127.0.0.1:2379'] });
 *
 * @throws HoldfastError INVALID_ARGUMENT for an option that cannot work.
 */
export function etcdStore(options: EtcdStoreOptions): ClusterClient {
  const { endpoints, tls, responseBytesMax = 64 * 1_048_576, ...rest } = options;
  if (!Array.isArray(endpoints) || endpoints.length === 0) {
    throw invalidArgument('endpoints', endpoints, "at least one URL, such as ['http://127.0.0.1:2379']");
  }
  if (!Number.isSafeInteger(responseBytesMax) || responseBytesMax < 1) {
    throw invalidArgument('responseBytesMax', responseBytesMax, 'a whole number from 1');
  }
  const schemes = new Set(endpoints.map((endpoint) => schemeOf(endpoint)).filter((scheme) => scheme !== ''));
  if (schemes.size > 1) throw invalidArgument('endpoints', endpoints.join(), 'all http or all https');
  const secure = tls !== undefined || schemes.has('https');
  if (tls !== undefined && schemes.has('http')) {
    throw invalidArgument('endpoints', endpoints.join(), 'https, since tls is given');
  }
  const channels = new GrpcChannels({
    credentials: secure ? secured(tls) : credentials.createInsecure(),
    serverName: tls?.serverName,
    responseBytesMax,
  });
  return clusterClient({ ...rest, endpoints: endpoints.map(withoutScheme), channels, engine: 'etcd' });
}

const scheme = /^(https?):\/\//;

function schemeOf(endpoint: string): string {
  return scheme.exec(endpoint)?.[1] ?? '';
}

function withoutScheme(endpoint: string): string {
  return endpoint.replace(scheme, '').replace(/\/$/, '');
}

function secured({ ca, cert, key }: EtcdTls = {}): ReturnType<typeof credentials.createSsl> {
  if ((cert === undefined) !== (key === undefined)) {
    throw invalidArgument('tls', 'half of a pair', 'given cert and key, or neither');
  }
  return credentials.createSsl(pem('tls.ca', ca), pem('tls.key', key), pem('tls.cert', cert));
}

function pem(field: string, source: string | Uint8Array | undefined): Buffer | null {
  if (source === undefined) return null;
  if (typeof source !== 'string' || source.includes('-----BEGIN')) return Buffer.from(source);
  try {
    return readFileSync(source);
  } catch (error) {
    throw invalidArgument(
      field,
      source,
      `PEM, or the path of a file that can be read (${(error as Error).message})`,
    );
  }
}
