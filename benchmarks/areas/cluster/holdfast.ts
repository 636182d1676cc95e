import { fileURLToPath } from 'node:url';
import type { ServerProgram } from './server-cluster.ts';

/** Built, and run directly: `bin/holdfast.mjs` would build it anew at each start. */
const commandLine = fileURLToPath(new URL('../../../packages/holdfast/dist/cli.js', import.meta.url));
const run = 'import(process.argv[1]).then(({ main }) => main(process.argv.slice(2))).then(process.exit)';

/** A member of this checkout, with its defaults. */
export const holdfastProgram: ServerProgram = {
  name: 'holdfast',
  command: ({ name, folder, clientPort, peerPort, nativePort }, all) => [
    ...[process.execPath, '-e', run, commandLine, 'node'],
    ...['--name', name],
    ...['--data-dir', folder],
    ...['--listen-client-urls', `http://127.0.0.1:${clientPort}`],
    ...['--listen-native-urls', `tcp://127.0.0.1:${nativePort}`],
    ...['--listen-peer-urls', `http://127.0.0.1:${peerPort}`],
    ...['--initial-cluster', all.map((each) => `${each.name}=http://127.0.0.1:${each.peerPort}`).join(',')],
  ],
};
