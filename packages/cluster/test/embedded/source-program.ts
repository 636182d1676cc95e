import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { ThreadProgram } from '../../src/embedded/member-thread.ts';

let program: Promise<ThreadProgram> | undefined;

/** The thread's program as it is written now, in one file, so that threads start fast. */
export function sourceProgram(): Promise<ThreadProgram> {
  program ??= bundle();
  return program;
}

async function bundle(): Promise<ThreadProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-worker-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'member-worker.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../src/embedded/member-worker.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@holdfast/source'],
  });
  return { module: pathToFileURL(outfile) };
}
