import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What a user ships for `entry`: bundled and minified by esbuild, compressed by gzip -9, in bytes. */
export async function bundledBytes(entry: string, platform: 'browser' | 'node' = 'browser'): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: fileURLToPath(new URL('../../', import.meta.url)) },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    platform,
    write: false,
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}
