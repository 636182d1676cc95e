import { findFile } from './file-candidates.ts';
import { matchPattern } from './package-manifest.ts';
import { folderOf, foldersUp, isRecord, joinPath, readJson, type SourceTree } from './source-tree.ts';

/** What `paths` and `baseUrl` of a tsconfig say. */
interface Aliases {
  readonly base: string | undefined;
  readonly paths: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
}

/** Resolves names by the tsconfig nearest to who imports. */
export class PathAliases {
  readonly #tree: SourceTree;
  readonly #byFolder: Map<string, Aliases | undefined> = new Map();

  constructor(tree: SourceTree) {
    this.#tree = tree;
  }

  resolve(importer: string, name: string): string | undefined {
    const aliases = this.#aliasesFor(folderOf(importer));
    if (aliases === undefined) return undefined;
    for (const { pattern, targets } of aliases.paths) {
      const rest = matchPattern(pattern, name);
      if (rest === undefined) continue;
      for (const target of targets) {
        const found = findFile(this.#tree, target.replace('*', rest));
        if (found !== undefined) return found;
      }
    }
    return aliases.base === undefined ? undefined : findFile(this.#tree, joinPath(aliases.base, name));
  }

  #aliasesFor(folder: string): Aliases | undefined {
    if (this.#byFolder.has(folder)) return this.#byFolder.get(folder);
    const nearest = foldersUp(folder)
      .flatMap((above) => ['tsconfig.json', 'jsconfig.json'].map((name) => joinPath(above, name)!))
      .find((path) => this.#tree.paths.has(path));
    const aliases = nearest === undefined ? undefined : this.#read(nearest, 0);
    this.#byFolder.set(folder, aliases);
    return aliases;
  }

  /** What a config says itself wins over what it extends. */
  #read(path: string, depth: number): Aliases {
    const json = readJson(this.#tree, path) ?? {};
    const options = isRecord(json['compilerOptions']) ? json['compilerOptions'] : {};
    const folder = folderOf(path);
    const inherited = depth < 10 ? this.#inherit(folder, json['extends'], depth) : undefined;
    const ownBase = typeof options['baseUrl'] === 'string' ? joinPath(folder, options['baseUrl']) : undefined;
    const base = ownBase ?? inherited?.base;
    if (!isRecord(options['paths'])) return { base, paths: inherited?.paths ?? [] };
    const paths = Object.entries(options['paths']).map(([pattern, targets]) => ({
      pattern,
      targets: (Array.isArray(targets) ? targets : []).flatMap(
        (target) => joinPath(base ?? folder, String(target)) ?? [],
      ),
    }));
    // An exact name before patterns, a longer one before a shorter.
    const weight = (pattern: string): number => (pattern.includes('*') ? pattern.indexOf('*') : 1e6);
    return { base, paths: paths.sort((one, other) => weight(other.pattern) - weight(one.pattern)) };
  }

  #inherit(folder: string, bases: unknown, depth: number): Aliases | undefined {
    const names = [bases].flat().filter((name) => typeof name === 'string');
    for (const name of names.reverse()) {
      const path = joinPath(folder, name);
      const found = path && [path, `${path}.json`].find((candidate) => this.#tree.paths.has(candidate));
      if (found) return this.#read(found, depth + 1);
    }
    return undefined;
  }
}
