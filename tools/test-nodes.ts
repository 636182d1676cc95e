// Runs the tests of the packages that run everywhere on each Node release that we support. The releases come
// from the npm package `node`, fetched on first use.
import { spawnSync } from 'node:child_process';
import { repositoryRoot } from './workspace.ts';

const allReleases = ['22', '24', '26'];
const packages = ['packages/core', 'packages/simulation', 'packages/resilience', 'packages/raft'];

const releases = process.argv.length > 2 ? process.argv.slice(2) : allReleases;
const failed = releases.filter((release) => {
  console.log(`\n== Node ${release}`);
  const fetched = onNode(release, ['--print', 'process.version'], 'pipe');
  const version = fetched.stdout?.toString().trim() ?? '';
  if (!version.startsWith(`v${release}.`)) {
    console.error(`Could not fetch Node ${release}: got '${version}'\n${fetched.stderr ?? ''}`);
    return true;
  }
  console.log(version);
  // Whether planted bugs are found does not depend on the Node release.
  const tests = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'pure', '--exclude', '**/mutants/**'];
  return onNode(release, [...tests, ...packages], 'inherit').status !== 0;
});
if (failed.length > 0) console.error(`Failed on Node ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

function onNode(release: string, args: readonly string[], output: 'pipe' | 'inherit') {
  return spawnSync('npm', ['exec', '--yes', `--package=node@${release}`, '--', 'node', ...args], {
    cwd: repositoryRoot,
    stdio: ['ignore', output, output],
  });
}
