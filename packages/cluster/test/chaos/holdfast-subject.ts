import { fileURLToPath } from 'node:url';
import { clusterClient, nativeChannels } from '@holdfast/cluster';
import { platformWorld } from '@holdfast/core';
import { nodeNetwork } from '@holdfast/runtime';
import type { ChaosSubject } from './chaos-run.ts';

/** Built, and run directly: `bin/holdfast.mjs` would build it anew at each start. */
const commandLine = fileURLToPath(new URL('../../../holdfast/dist/cli.js', import.meta.url));
const run = 'import(process.argv[1]).then(({ main }) => main(process.argv.slice(2))).then(process.exit)';
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
      ...[process.execPath, '-e', run, commandLine],
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
