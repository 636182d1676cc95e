import { fileURLToPath } from 'node:url';
import type { ServerProgram } from './server-cluster.ts';

const commandLine = fileURLToPath(new URL('../../../packages/holdfast/bin/holdfast.mjs', import.meta.url));

/** A member of this checkout, with its defaults. */
export const holdfastProgram: ServerProgram = {
  name: 'holdfast',
  command: ({ name, folder, clientPort, peerPort, nativePort }, all) => [
    process.execPath,
    commandLine,
    'node',
    ...['--name', name],
    ...['--data-dir', folder],
    ...['--listen-client-urls', `http://127.0.0.1:${clientPort}`],
    ...['--listen-native-urls', `tcp://127.0.0.1:${nativePort}`],
    ...['--listen-peer-urls', `http://127.0.0.1:${peerPort}`],
    ...['--initial-cluster', all.map((each) => `${each.name}=http://127.0.0.1:${each.peerPort}`).join(',')],
  ],
};
