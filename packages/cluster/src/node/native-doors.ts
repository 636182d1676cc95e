import type { World } from '@holdfast/core';
import { nodeNetwork, type TlsOptions } from '@holdfast/runtime';
import { type NativeServer, serveNative } from '../native/serve-native.ts';
import type { MethodTable } from '../services/call.ts';
import type { NodeUrl } from './node-url.ts';

export interface NativeDoors {
  readonly world: World;
  /** For `tls` URLs. */
  readonly tls: TlsOptions | undefined;
  readonly methods: MethodTable;
  readonly messageBytesMax: number;
}

/** Opens a door for the native protocol at each URL: all, or none. */
export async function openNativeDoors(
  urls: readonly NodeUrl[],
  { messageBytesMax, methods, tls, world }: NativeDoors,
): Promise<NativeServer[]> {
  const servers: NativeServer[] = [];
  try {
    for (const { address, encrypted } of urls) {
      const network = nodeNetwork({ host: address.host, tls: encrypted ? tls : undefined });
      servers.push(await serveNative({ ...world, network }, address.port, methods, { messageBytesMax }));
    }
    return servers;
  } catch (error) {
    await destroyAll(servers);
    throw error;
  }
}

export async function drainAll(servers: readonly NativeServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.drain()));
}

export async function destroyAll(servers: readonly NativeServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.destroy()));
}
