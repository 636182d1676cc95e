import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Makes one file of a teller's program: it starts in a tenth of the time. */
export async function buildTeller(file: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('teller-process.ts', import.meta.url))],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@holdfast/source'],
    external: ['pg-native'],
    // The drivers are CommonJS, and require what comes with Node.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}
