import { type ClusterClient, clusterClient, nativeChannels } from '@holdfast/cluster';
import { platformWorld } from '@holdfast/core';
import { nodeNetwork } from '@holdfast/runtime';
import type { ClusterArguments } from './cluster-arguments.ts';

/** A client of the cluster, by the native protocol. */
export function connect({ endpoints, timeout, tls, user }: ClusterArguments): ClusterClient {
  const { clock, random, timers } = platformWorld();
  const world = { clock, random, timers, network: nodeNetwork({ tls }) };
  return clusterClient({
    endpoints,
    channels: nativeChannels(world),
    world,
    user,
    requestTimeout: timeout,
  });
}
