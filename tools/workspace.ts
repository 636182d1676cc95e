import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this repository. */
export const repositoryRoot: string = fileURLToPath(new URL('..', import.meta.url));

/** The parts of a `package.json` that the tools read. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly workspaces?: readonly string[];
  /** Programs by name; always written as an object here. */
  readonly bin?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A package of the workspace. */
export interface WorkspacePackage {
  /** From the root, with forward slashes: `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** A subpath that a package declares in its `exports`. */
export interface PublicEntry {
  /** `.` or `./subpath`. */
  readonly subpath: string;
  /** The file with its types, from the package's folder: `./dist/index.d.ts`. */
  readonly types: string;
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Every package that the root manifest's `workspaces` names, in that order. */
export function readWorkspace(root: string): WorkspacePackage[] {
  const patterns = readManifest(root).workspaces ?? [];
  return patterns.flatMap((pattern) => {
    const folders = pattern.endsWith('/*') ? foldersIn(root, pattern.slice(0, -2)) : [pattern];
    return folders.map((folder) => ({ folder, manifest: readManifest(join(root, folder)) }));
  });
}

/** The packages that are published. */
export function readPublicPackages(root: string): WorkspacePackage[] {
  return readWorkspace(root).filter(({ manifest }) => manifest.private !== true);
}

/** The entries of a package that hold code. */
export function publicEntries(manifest: Manifest): PublicEntry[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) =>
    typeof target === 'object' && target !== null && 'types' in target
      ? [{ subpath, types: String(target.types) }]
      : [],
  );
}

function foldersIn(root: string, parent: string): string[] {
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`)
    .sort();
}
