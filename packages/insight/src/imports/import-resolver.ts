import { findFile } from './file-candidates.ts';
import {
  type PackageManifest,
  packageOf,
  readPackages,
  resolveExport,
  resolveInternal,
  sourceFor,
} from './package-manifest.ts';
import { PathAliases } from './path-aliases.ts';
import { folderOf, foldersUp, joinPath, type SourceTree } from './source-tree.ts';

/** What a name means: a file or folder of the tree, a package from outside or of the platform, or nothing that was found. */
export type Resolution =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'unresolved' };

const builtins = new Set(
  (
    'assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain ' +
    'events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl ' +
    'stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib'
  ).split(' '),
);
const packageName = /^(?:@[^/]+\/)?[^/]+/;

/** Finds what names in imports mean, as Node and TypeScript do, for a tree whose dependencies need not be installed. */
export class ImportResolver {
  readonly packages: readonly PackageManifest[];
  readonly #tree: SourceTree;
  readonly #byName: Map<string, PackageManifest>;
  readonly #aliases: PathAliases;
  readonly #folders: ReadonlySet<string>;

  constructor(tree: SourceTree) {
    this.#tree = tree;
    this.packages = readPackages(tree);
    this.#byName = new Map(
      this.packages.flatMap((manifest) => (manifest.name ? [[manifest.name, manifest]] : [])),
    );
    this.#aliases = new PathAliases(tree);
    this.#folders = new Set([...tree.paths].flatMap((path) => foldersUp(folderOf(path))));
  }

  resolve(importer: string, specifier: string): Resolution {
    const name = specifier.replace(/[?#].*$/s, (rest, at: number) => (at === 0 ? rest : ''));
    if (/^\.{0,2}\//.test(name) || name === '.' || name === '..') {
      return this.#resolvePath(joinPath(folderOf(importer), name));
    }
    if (name.startsWith('#')) {
      const manifest = packageOf(this.packages, importer);
      return fileOr(manifest && resolveInternal(this.#tree, manifest, name));
    }
    if (/^[a-z]+:/.test(name)) return { kind: 'package', name };
    const aliased = this.#aliases.resolve(importer, name);
    if (aliased !== undefined) return { kind: 'file', path: aliased };
    return this.#resolvePackage(name);
  }

  #resolvePath(path: string | undefined): Resolution {
    const found = findFile(this.#tree, path);
    if (found !== undefined || path === undefined) return fileOr(found);
    if (this.#folders.has(path)) return { kind: 'folder', path };
    for (const manifest of this.packages) {
      const source = sourceFor(this.#tree, manifest, path);
      if (source !== undefined) return fileOr(source);
    }
    return { kind: 'unresolved' };
  }

  #resolvePackage(name: string): Resolution {
    const own = packageName.exec(name)?.[0];
    if (own === undefined) return { kind: 'unresolved' };
    const manifest = this.#byName.get(own);
    if (manifest !== undefined)
      return fileOr(resolveExport(this.#tree, manifest, `.${name.slice(own.length)}`));
    return { kind: 'package', name: builtins.has(own) ? `node:${name}` : own };
  }
}

function fileOr(path: string | undefined): Resolution {
  return path === undefined ? { kind: 'unresolved' } : { kind: 'file', path };
}
