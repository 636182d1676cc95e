// Runs the tests that need a browser: the Chromium that HOLDFAST_BROWSER names, else the one that is installed here,
// else one that it installs (as root on Debian).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type DebianProgram, provideProgram } from './debian-program.ts';
import { repositoryRoot } from './workspace.ts';

const chromium: DebianProgram = { name: 'Chromium', debianPackage: 'chromium', program: 'chromium' };
const named = process.env['HOLDFAST_BROWSER'];
const provided =
  named === undefined ? provideProgram(chromium, 'name a Chromium in HOLDFAST_BROWSER') : { program: named };

if ('missing' in provided) {
  console.error(provided.missing);
  console.error('The tests in a browser were not run.');
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
} else {
  const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--project', 'browser', ...process.argv.slice(2)];
  const environment = { ...process.env, HOLDFAST_BROWSER: provided.program };
  const { status } = spawnSync(process.execPath, args, {
    cwd: repositoryRoot,
    env: environment,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
