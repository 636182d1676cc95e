// Runs the examples of core and resilience in Bun, in Deno (without any permission) and in a Worker. Each has to end
// with the line that it says it ends with. The platforms come from their npm packages, fetched on first use.
// `portable-examples.browser.test.ts` does the same in a browser.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PortableExample, portableExamples } from './portable-examples.ts';
import { type CommandResult, runCommand } from './run-command.ts';
import { repositoryRoot } from './workspace.ts';

const packages = [
  '@oven/bun-linux-x64@1.4.5',
  '@deno/linux-x64-glibc@2.9.6',
  '@cloudflare/workerd-linux-64@1.20261117.1',
];
const cache = join(repositoryRoot, 'node_modules/.cache/platforms');
const timeout = 30_000;

/** Runs an example from `folder`, which is empty, and collects what it prints. */
type Run = (example: PortableExample, folder: string) => Promise<CommandResult>;

const platforms: Readonly<Record<string, Run>> = {
  Bun: (example, folder) => runFile(bin('@oven/bun-linux-x64/bin/bun'), ['run'], example, folder),
  Deno: (example, folder) =>
    runFile(bin('@deno/linux-x64-glibc/deno'), ['run', '--no-remote', '--no-config'], example, folder),
  Worker: runInWorker,
};

install();
const examples = await portableExamples(repositoryRoot);
let passed = 0;
let failed = 0;
for (const [platform, run] of Object.entries(platforms)) {
  const wrong: string[] = [];
  for (const example of examples) {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-platform-'));
    const { code, output } = await run(example, folder).finally(() => rmSync(folder, { recursive: true }));
    const lastLine = output.trimEnd().split('\n').at(-1);
    if (code !== 0 || lastLine !== example.lastLine)
      wrong.push(`${example.name}: exit code ${code}\n${output}`);
  }
  passed += examples.length - wrong.length;
  failed += wrong.length;
  console.log(
    `${platform}: ${examples.length - wrong.length} of ${examples.length} examples end as they should`,
  );
  for (const text of wrong) console.error(`- ${text}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function install(): void {
  mkdirSync(cache, { recursive: true });
  const manifest = join(cache, 'package.json');
  const wanted = JSON.stringify({ private: true, packages });
  if (existsSync(manifest) && readFileSync(manifest, 'utf8') === wanted) return;
  writeFileSync(manifest, '{}');
  const args = ['install', '--no-save', '--ignore-scripts', '--prefix', cache, ...packages];
  const { status, stderr } = spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`the platforms cannot be installed:\n${stderr}`);
  writeFileSync(manifest, wanted);
}

function bin(path: string): string {
  return join(cache, 'node_modules', path);
}

function runFile(
  program: string,
  args: readonly string[],
  { code }: PortableExample,
  folder: string,
): Promise<CommandResult> {
  writeFileSync(join(folder, 'example.mjs'), code);
  return runCommand(program, [...args, 'example.mjs'], { cwd: folder, timeout });
}

/** As the test of a Worker: outside of one, a Worker has neither timers nor randomness. */
async function runInWorker({ code }: PortableExample, folder: string): Promise<CommandResult> {
  writeFileSync(join(folder, 'worker.mjs'), `export default { async test() {\n${code}\n} };`);
  writeFileSync(
    join(folder, 'worker.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const unit :Workerd.Config = (services = [(name = "main", worker = .main)]);
const main :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_compat"],
);`,
  );
  const workerd = bin('@cloudflare/workerd-linux-64/bin/workerd');
  const result = await runCommand(workerd, ['test', 'worker.capnp'], { cwd: folder, timeout });
  return { ...result, output: result.output.replaceAll(/^workerd\/server.*$/gm, '') };
}
