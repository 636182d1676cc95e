import { spawnSync } from 'node:child_process';
import type { CheckResult } from './check-result.ts';
import { readManifest, repositoryRoot } from './workspace.ts';

type Check = (root: string) => CheckResult | Promise<CheckResult>;

const checks: Readonly<Record<string, () => Promise<{ check: Check }>>> = {
  layers: () => import('./check-layers.ts'),
  docs: () => import('./check-docs.ts'),
  shape: () => import('./check-shape.ts'),
  size: () => import('./check-size.ts'),
  api: () => import('./check-api.ts'),
  audit: () => import('./check-audit.ts'),
};

async function runOne(name: string): Promise<boolean> {
  const load = checks[name];
  if (load === undefined) {
    console.error(`There is no check '${name}'; there are ${Object.keys(checks).join(', ')}.`);
    return false;
  }
  const { check } = await load();
  const { facts, problems } = await check(repositoryRoot);
  for (const fact of facts) console.log(`${name}: ${fact}`);
  for (const problem of problems) console.error(`${name}: PROBLEM: ${problem}`);
  console.log(problems.length === 0 ? `${name}: in order` : `${name}: ${problems.length} problem(s)`);
  return problems.length === 0;
}

/** Runs every `check:*` script, also after one has failed, so that one run shows all there is to mend. */
function runAll(): boolean {
  const names = Object.keys(readManifest(repositoryRoot).scripts ?? {}).filter((name) =>
    name.startsWith('check:'),
  );
  const failed = names.filter((name) => {
    console.log(`\n== ${name}`);
    const { status } = spawnSync('npm', ['run', '--silent', name], { cwd: repositoryRoot, stdio: 'inherit' });
    return status !== 0;
  });
  console.log(
    failed.length === 0 ? `\nAll ${names.length} checks in order.` : `\nFailed: ${failed.join(', ')}`,
  );
  return failed.length === 0;
}

const [name] = process.argv.slice(2);
process.exitCode = (name === undefined ? runAll() : await runOne(name)) ? 0 : 1;
