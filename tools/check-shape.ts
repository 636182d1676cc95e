import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { CheckResult } from './check-result.ts';
import { type CommandResult, runCommand } from './run-command.ts';
import { publicEntries, readPublicPackages, type WorkspacePackage } from './workspace.ts';

/** A package as it would be published. */
interface Tarball {
  readonly of: WorkspacePackage;
  readonly file: string;
}

/**
 * Packs every public package and looks at the result as its users will: publint and Are The Types Wrong read the
 * tarballs; then a consumer that has nothing but the tarballs compiles, imports, requires and bundles every entry
 * and starts every program.
 */
export async function check(root: string): Promise<CheckResult> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-shape-'));
  try {
    const tarballs: Tarball[] = [];
    for (const each of readPublicPackages(root)) tarballs.push(await pack(root, folder, each));
    const problems: string[] = [];
    for (const tarball of tarballs) problems.push(...(await lint(root, tarball)));
    problems.push(...(await consume(root, join(folder, 'consumer'), tarballs)));
    return { facts: [`${tarballs.length} packages packed, linted and used by a consumer`], problems };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function pack(root: string, folder: string, of: WorkspacePackage): Promise<Tarball> {
  const args = ['pack', '--json', '--loglevel=error', '--pack-destination', folder, '--ignore-scripts=false'];
  const { code, output } = await runCommand('npm', args, { cwd: join(root, of.folder) });
  const name = /"filename": "(.+)"/.exec(output)?.[1];
  if (code !== 0 || name === undefined)
    throw new Error(`${of.manifest.name} could not be packed:\n${output}`);
  return { of, file: join(folder, name) };
}

async function lint(root: string, { of, file }: Tarball): Promise<string[]> {
  const data = readFileSync(file);
  const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball } });
  const problems = messages.map((message) => `${of.manifest.name}: ${formatMessage(message, pkg)}`);

  const attw = join(root, 'node_modules/.bin/attw');
  const args = [file, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color'];
  return [
    ...problems,
    ...complaints(`${of.manifest.name}: types`, await runCommand(attw, args, { cwd: root })),
  ];
}

async function consume(root: string, folder: string, tarballs: readonly Tarball[]): Promise<string[]> {
  for (const tarball of tarballs) await unpack(root, folder, tarball);
  const entries = tarballs.flatMap(({ of: { manifest } }) =>
    publicEntries(manifest).map(({ subpath }) => manifest.name + subpath.slice(1)),
  );
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
  const imports = entries.map((entry, index) => `import * as entry${index} from '${entry}';`);
  const uses = entries.map((_, index) => `console.log(Object.keys(entry${index}).length);`);
  write('package.json', JSON.stringify({ type: 'module' }));
  write('imports.js', [...imports, ...uses].join('\n'));
  write('types.ts', imports.map((line) => line.replace('import', 'export')).join('\n'));
  write('requires.cjs', entries.map((entry) => `require('${entry}');`).join('\n'));
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    noEmit: true,
    types: ['node'],
  };
  write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['types.ts'] }));

  const run = (...args: string[]) => runCommand(process.execPath, args, { cwd: folder, timeout: 60_000 });
  const problems = [
    ...complaints('compiling', await run(join(root, 'node_modules/typescript/bin/tsc'), '-p', '.')),
    ...complaints('importing', await run('imports.js')),
    ...complaints('requiring', await run('requires.cjs')),
    ...(await bundle(folder)),
  ];
  for (const program of tarballs.flatMap(({ of }) => programs(of))) {
    problems.push(...complaints(`${program} --version`, await run(`node_modules/${program}`, '--version')));
  }
  return problems;
}

/** Puts a package where an install would put it, beside the third-party packages that it needs. */
async function unpack(root: string, folder: string, { of: { manifest }, file }: Tarball): Promise<void> {
  const target = join(folder, 'node_modules', manifest.name);
  mkdirSync(target, { recursive: true });
  await runCommand('tar', ['-xzf', file, '--strip-components=1', '-C', target], { cwd: folder });
  const thirdParty = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(
    (name) => !name.startsWith('@holdfast/'),
  );
  for (const name of [...thirdParty, '@types/node']) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
}

function programs({ manifest }: WorkspacePackage): string[] {
  return Object.values(manifest.bin ?? {}).map((path) => join(manifest.name, path));
}

async function bundle(folder: string): Promise<string[]> {
  try {
    await build({
      entryPoints: [join(folder, 'imports.js')],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      // Native code is in no bundle: whoever bundles the console leaves it out as well.
      external: ['@duckdb/node-bindings'],
      logLevel: 'silent',
    });
    return [];
  } catch (error) {
    return [`bundling: ${String(error)}`];
  }
}

function complaints(what: string, { code, output }: CommandResult): string[] {
  return code === 0 ? [] : [`${what} failed:\n${output.trim()}`];
}
