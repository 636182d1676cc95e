#!/usr/bin/env node
// Runs the command line. In a checkout of the source it is built first, so that it is never out of date.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));

if (existsSync(join(folder, 'tsconfig.json'))) {
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin/tsc',
  );
  const { status } = spawnSync(process.execPath, [compiler, '-b', folder], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

// Whoever reads has seen enough, as `head` does.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { main } = await import('../dist/cli.js');
const code = await main(process.argv.slice(2));
// A program that somebody had run in a simulation may wait for real time, and must not keep the command alive.
process.stdout.write('', () => process.exit(code));
