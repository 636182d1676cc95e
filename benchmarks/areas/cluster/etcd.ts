import { spawnSync } from 'node:child_process';
import type { ServerProgram } from './server-cluster.ts';

/** etcd as Debian builds it, with its defaults. */
export const etcdProgram: ServerProgram = {
  name: 'etcd',
  command: ({ name, folder, clientPort, peerPort }, all) => [
    'etcd',
    ...['--name', name],
    ...['--data-dir', folder],
    ...['--listen-client-urls', `http://127.0.0.1:${clientPort}`],
    ...['--advertise-client-urls', `http://127.0.0.1:${clientPort}`],
    ...['--listen-peer-urls', `http://127.0.0.1:${peerPort}`],
    ...['--initial-advertise-peer-urls', `http://127.0.0.1:${peerPort}`],
    ...['--initial-cluster', all.map((each) => `${each.name}=http://127.0.0.1:${each.peerPort}`).join(',')],
    ...['--logger', 'zap', '--log-level', 'error'],
  ],
};

/** Empty where it is not installed. */
export function etcdVersion(): string {
  const { stdout } = spawnSync('etcd', ['--version'], { encoding: 'utf8' });
  return /etcd Version: (\S+)/.exec(stdout ?? '')?.[1] ?? '';
}
