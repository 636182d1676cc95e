import { joinPath, type SourceTree } from './source-tree.ts';

const added = ['.ts', '.tsx', '.d.ts', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'];
/** What a name of compiled code may be in the source. */
const sourceOf: readonly (readonly [compiled: RegExp, sources: readonly string[]])[] = [
  [/\.js$/, ['.ts', '.tsx', '.d.ts', '.jsx']],
  [/\.jsx$/, ['.tsx']],
  [/\.mjs$/, ['.mts', '.d.mts']],
  [/\.cjs$/, ['.cts', '.d.cts']],
  [/\.d\.ts$/, ['.ts', '.tsx', '.js']],
  [/\.d\.mts$/, ['.mts', '.mjs']],
  [/\.d\.cts$/, ['.cts', '.cjs']],
];

/**
 * The file of a tree that a path means: itself, with an ending, in TypeScript where it names what is compiled from it, or
 * the index of a folder.
 */
export function findFile(tree: SourceTree, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  return candidates(path).find((candidate) => tree.paths.has(candidate));
}

function candidates(path: string): string[] {
  const names = [path];
  for (const [compiled, sources] of sourceOf) {
    if (compiled.test(path)) names.push(...sources.map((ending) => path.replace(compiled, ending)));
  }
  names.push(...added.map((ending) => path + ending));
  names.push(...added.map((ending) => joinPath(path, `index${ending}`)!));
  return names;
}
