import { findFile } from './file-candidates.ts';
import { folderOf, foldersUp, isRecord, joinPath, readJson, type SourceTree } from './source-tree.ts';

/** A package of a code base. */
export interface PackageManifest {
  /** Where its package.json is. */
  readonly folder: string;
  readonly name: string | undefined;
  readonly json: Readonly<Record<string, unknown>>;
  /** Where the code that it publishes is compiled to, and from: as its tsconfig says. */
  readonly compiled: { readonly from: string; readonly to: string } | undefined;
}

/** All packages of a tree. */
export function readPackages(tree: SourceTree): PackageManifest[] {
  const packages: PackageManifest[] = [];
  for (const path of tree.paths) {
    if (path !== 'package.json' && !path.endsWith('/package.json')) continue;
    const json = readJson(tree, path);
    if (json === undefined) continue;
    const folder = folderOf(path);
    const name = typeof json['name'] === 'string' ? json['name'] : undefined;
    packages.push({ folder, name, json, compiled: compiledFolders(tree, folder) });
  }
  return packages;
}

/** The package that a file belongs to. */
export function packageOf(packages: readonly PackageManifest[], path: string): PackageManifest | undefined {
  const folders = foldersUp(folderOf(path));
  return folders
    .flatMap((folder) => packages.filter((manifest) => manifest.folder === folder))
    .find((manifest) => manifest.name !== undefined || manifest.json['exports'] !== undefined);
}

/** The file that `subpath` (`.` or `./...`) of a package means, in any of its conditions. */
export function resolveExport(
  tree: SourceTree,
  manifest: PackageManifest,
  subpath: string,
): string | undefined {
  const { json } = manifest;
  if (json['exports'] !== undefined) return firstTarget(tree, manifest, json['exports'], subpath, '.');
  if (subpath !== '.') return findTarget(tree, manifest, subpath);
  const mains = ['types', 'module', 'main'].map((field) => json[field]);
  for (const main of [...mains, 'index']) {
    const found = typeof main === 'string' ? findTarget(tree, manifest, main) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The file that a name with `#` means, by the `imports` of its package. */
export function resolveInternal(
  tree: SourceTree,
  manifest: PackageManifest,
  name: string,
): string | undefined {
  return firstTarget(tree, manifest, manifest.json['imports'], name, '#');
}

/** All files that a manifest names: what it exports, its commands, and what its scripts run. */
export function filesNamedBy(tree: SourceTree, manifest: PackageManifest): string[] {
  const { json, folder } = manifest;
  const names = ['main', 'module', 'types', 'browser', 'bin', 'exports', 'imports']
    .flatMap((field) => textsIn(json[field]))
    .flatMap((target) => filesMatching(tree, manifest, target));
  const scripts = textsIn(json['scripts'])
    .flatMap((script) => script.split(/[\s'"=;&|()]+/))
    .flatMap((part) => (tree.paths.has(joinPath(folder, part) ?? '') ? joinPath(folder, part)! : []));
  return [...names, ...scripts];
}

function firstTarget(
  tree: SourceTree,
  manifest: PackageManifest,
  map: unknown,
  name: string,
  mark: '.' | '#',
): string | undefined {
  // A map without names is what the package itself means.
  const entries: Record<string, unknown> =
    isRecord(map) && Object.keys(map).some((key) => key.startsWith(mark)) ? map : { '.': map };
  for (const [pattern, targets] of Object.entries(entries)) {
    const rest = matchPattern(pattern, name);
    if (rest === undefined) continue;
    for (const target of textsIn(targets)) {
      const found = findTarget(tree, manifest, target.replaceAll('*', rest));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** What `*` of a pattern stands for; '' for a name that is the pattern itself; undefined where it is another. */
export function matchPattern(pattern: string, name: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === name ? '' : undefined;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  const fits = name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after);
  return fits ? name.slice(before.length, name.length - after.length) : undefined;
}

/** The source of a path where the package's code is compiled to. */
export function sourceFor(tree: SourceTree, { compiled }: PackageManifest, path: string): string | undefined {
  if (compiled === undefined || !path.startsWith(`${compiled.to}/`)) return undefined;
  return findFile(tree, joinPath(compiled.from, path.slice(compiled.to.length + 1)));
}

function findTarget(tree: SourceTree, manifest: PackageManifest, target: string): string | undefined {
  const path = joinPath(manifest.folder, target);
  if (path === undefined) return undefined;
  return findFile(tree, path) ?? sourceFor(tree, manifest, path);
}

function filesMatching(tree: SourceTree, manifest: PackageManifest, target: string): string[] {
  if (!target.includes('*')) return [findTarget(tree, manifest, target) ?? []].flat();
  const pattern = joinPath(manifest.folder, target);
  return pattern === undefined
    ? []
    : [...tree.paths].filter((path) => matchPattern(pattern, path) !== undefined);
}

function compiledFolders(tree: SourceTree, folder: string): PackageManifest['compiled'] {
  const options = readJson(tree, joinPath(folder, 'tsconfig.json')!)?.['compilerOptions'];
  if (!isRecord(options) || typeof options['outDir'] !== 'string') return undefined;
  const to = joinPath(folder, options['outDir']);
  const from = joinPath(folder, typeof options['rootDir'] === 'string' ? options['rootDir'] : 'src');
  return to === undefined || from === undefined ? undefined : { from, to };
}

/** All texts in a value, in the order in which they stand. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
