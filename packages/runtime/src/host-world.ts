import { type HostWorld, platformWorld } from '@holdfast/core';
import { nodeDisk } from './disk/node-disk.ts';
import { type NodeNetworkOptions, nodeNetwork } from './network/node-network.ts';

export interface HostWorldOptions extends NodeNetworkOptions {
  /** The folder that is the root of its disk. */
  readonly dir: string;
}

/**
 * The world of this process: its time and randomness, a folder of its disk, and its network.
 *
 * @throws HoldfastError INVALID_ARGUMENT when a file of `tls` cannot be used.
 */
export function hostWorld({ dir, ...network }: HostWorldOptions): HostWorld {
  const { clock, random, timers } = platformWorld();
  return { clock, random, timers, disk: nodeDisk(dir), network: nodeNetwork(network) };
}
