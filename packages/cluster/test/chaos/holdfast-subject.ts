import { fileURLToPath } from 'node:url';
import { clusterClient, nativeChannels } from '@holdfast/cluster';
import { platformWorld } from '@holdfast/core';
import { nodeNetwork } from '@holdfast/runtime';
import type { ChaosSubject } from './chaos-run.ts';

const commandLine = fileURLToPath(new URL('../../../holdfast/bin/holdfast.mjs', import.meta.url));
const clientPort = 2379;
const nativePort = 2378;
const peerPort = 2380;

/** Members as `holdfast node` runs them, and clients of the native protocol. */
export const holdfastSubject: ChaosSubject = {
  name: 'holdfast',
  clientPort: nativePort,
  command(host, hosts, network) {
    const peerUrl = (index: number): string => `http://${network.addressOf(index)}:${peerPort}`;
    const all = Array.from({ length: hosts }, (_, index) => `member-${index}=${peerUrl(index)}`);
    return [
      process.execPath,
      commandLine,
      'node',
      ...['--name', `member-${host.index}`],
      ...['--data-dir', host.dataFolder],
      ...['--listen-client-urls', `http://${host.address}:${clientPort}`],
      ...['--listen-native-urls', `tcp://${host.address}:${nativePort}`],
      ...['--listen-peer-urls', peerUrl(host.index)],
      ...['--initial-cluster', all.join(',')],
    ];
  },
  async open(endpoints) {
    const { clock, timers, random } = platformWorld();
    const world = { clock, timers, random, network: nodeNetwork() };
    return clusterClient({ endpoints, channels: nativeChannels(world), world });
  },
};
