import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { invalidArgument } from '@holdfast/core';

/** A small wrong change of a source file: where `right` stands, `wrong` is put. */
export interface PlantedBug {
  readonly name: string;
  /** From the folder of the sources. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly right: string;
  readonly wrong: string;
}

/** What is loaded, and where bugs are planted in it. */
export interface PlantingOptions {
  /** The module whose exports are wanted. It and all that it imports by relative paths are loaded anew. */
  readonly entry: URL;
  /** The folder of the sources, with a slash at its end. */
  readonly source: URL;
  /** Loads a package that they import; `(name) => import(name)` gives them the ones that the caller has. */
  readonly load: (name: string) => Promise<unknown>;
}

/**
 * The exports of a module with `bug` planted in its sources while they are loaded, or of the module as it is: a check
 * is to be trusted once it has found bugs that were planted for it. Nothing on the disk changes. Needs `esbuild`.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a bug that does not fit exactly one place of what is loaded.
 */
export async function loadWithBug<Exports>(
  bug: PlantedBug | undefined,
  { entry, source, load }: PlantingOptions,
): Promise<Exports> {
  const { build } = await import('esbuild');
  const patched = bug && fileURLToPath(new URL(bug.file, source));
  let planted = false;
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
    plugins: [
      {
        name: 'plant',
        setup(building) {
          building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            if (bug === undefined || path !== patched) return undefined;
            planted = true;
            return { loader: 'ts', contents: plant(bug, readFileSync(path, 'utf8')) };
          });
        },
      },
    ],
  });
  if (bug !== undefined && !planted) throw invalidArgument('bug.file', bug.file, 'a part of what is loaded');
  const packages = new Map<string, unknown>();
  for (const { path } of Object.values(metafile.outputs).flatMap(({ imports }) => imports)) {
    if (!packages.has(path)) packages.set(path, await load(path));
  }
  const module = { exports: {} as Exports };
  const run = new Function('module', 'exports', 'require', outputFiles[0]!.text);
  run(module, module.exports, (name: string) => packages.get(name));
  return module.exports;
}

function plant({ name, file, right, wrong }: PlantedBug, text: string): string {
  const parts = text.split(right);
  if (parts.length !== 2) {
    throw invalidArgument(
      'bug.right',
      right,
      `in one place of ${file}, not in ${parts.length - 1}, to plant "${name}"`,
    );
  }
  return parts.join(wrong);
}
