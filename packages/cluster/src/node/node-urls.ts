import type { NodeOptions } from './node-options.ts';
import { type NodeUrl, type NodeUrlScheme, parseNodeUrl } from './node-url.ts';

/** Where a node listens. */
export interface NodeUrls {
  readonly client: readonly NodeUrl[];
  readonly native: readonly NodeUrl[];
  readonly peer: NodeUrl;
  readonly metrics: readonly NodeUrl[];
}

/** @throws HoldfastError INVALID_ARGUMENT naming the option. */
export function nodeUrls(options: NodeOptions): NodeUrls {
  const { listenClientUrls = ['http://127.0.0.1:2379'], listenPeerUrl = 'http://127.0.0.1:2380' } = options;
  const { listenNativeUrls = ['tcp://127.0.0.1:2378'], listenMetricsUrls = [] } = options;
  return {
    client: read(listenClientUrls, 'listenClientUrls', ['http', 'https']),
    native: read(listenNativeUrls, 'listenNativeUrls', ['tcp', 'tls']),
    peer: parseNodeUrl(listenPeerUrl, 'listenPeerUrl', ['http', 'https']),
    metrics: read(listenMetricsUrls, 'listenMetricsUrls', ['http', 'https']),
  };
}

function read(urls: readonly string[], field: string, schemes: readonly NodeUrlScheme[]): NodeUrl[] {
  return urls.map((url, index) => parseNodeUrl(url, `${field}[${index}]`, schemes));
}
