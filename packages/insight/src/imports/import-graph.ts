import { NamedDigraph } from '../graph/digraph.ts';
import { cycles } from '../graph/strongly-connected.ts';
import { ImportResolver } from './import-resolver.ts';
import { filesNamedBy } from './package-manifest.ts';
import { type ImportKind, scanImports } from './scan-imports.ts';
import { folderOf, isSource, type SourceTree } from './source-tree.ts';

/** Who imports whom in a code base. */
export interface ImportGraph {
  readonly files: readonly string[];
  readonly imports: readonly FileImport[];
  /** Packages from outside and of the platform, with how many files import each. */
  readonly packages: ReadonlyMap<string, number>;
  readonly unresolved: readonly UnresolvedImport[];
  /** Circles of imports that load each other, each as a shortest way around and all files that are in it. */
  readonly cycles: readonly ImportCycle[];
  /** Files that no entry leads to. */
  readonly unused: readonly string[];
}

export interface FileImport {
  readonly from: string;
  readonly to: string;
  readonly kind: ImportKind;
  readonly line: number;
}

export interface UnresolvedImport {
  readonly from: string;
  readonly specifier: string;
  readonly line: number;
}

export interface ImportCycle {
  /** Each imports the next, the last the first. */
  readonly way: readonly string[];
  readonly files: readonly string[];
}

export interface ImportGraphOptions {
  /** Files, or folders with all below them, from which code runs, besides what manifests name, tests and configurations. */
  readonly entries?: readonly string[];
}

/** Files that tools find by their names. */
const foundByTools =
  /(?:\.(?:test|spec|bench|stories|config|setup)\.[cm]?[jt]sx?|\.d\.[cm]?ts)$|(?:^|\/)(?:__tests__|\.[^/]+)\//;

/** Reads what the sources of a tree import, and what follows from it. */
export function importGraph(tree: SourceTree, { entries = [] }: ImportGraphOptions = {}): ImportGraph {
  const resolver = new ImportResolver(tree);
  const files = [...tree.paths].filter(isSource).sort();
  const imports: FileImport[] = [];
  const unresolved: UnresolvedImport[] = [];
  const importers = new Map<string, Set<string>>();
  const inFolder = (folder: string): string[] => files.filter((path) => folderOf(path) === folder);
  for (const from of files) {
    for (const { specifier, kind, line } of scanImports(tree.text(from))) {
      const resolution = resolver.resolve(from, specifier);
      if (resolution.kind === 'file') {
        imports.push({ from, to: resolution.path, kind, line });
      } else if (resolution.kind === 'package') {
        importers.set(resolution.name, (importers.get(resolution.name) ?? new Set()).add(from));
      } else if (kind !== 'url') {
        unresolved.push({ from, specifier, line });
      } else if (resolution.kind === 'folder') {
        // Whoever names a folder reads what is in it.
        for (const to of inFolder(resolution.path)) imports.push({ from, to, kind, line });
      }
    }
  }
  const roots = new Set([
    ...resolver.packages.flatMap((manifest) => filesNamedBy(tree, manifest)),
    ...files.filter((path) => foundByTools.test(path) || entries.some((entry) => isBelow(path, entry))),
  ]);
  return {
    files,
    imports,
    packages: new Map([...importers].sort().map(([name, from]) => [name, from.size])),
    unresolved,
    cycles: findCycles(imports),
    unused: findUnused(files, imports, roots),
  };
}

function isBelow(path: string, entry: string): boolean {
  return entry === '' || path === entry || path.startsWith(`${entry}/`);
}

/** Types are gone when modules are loaded, and what is imported later is no circle while loading. */
function loadsAtOnce({ kind }: FileImport): boolean {
  return kind === 'static' || kind === 'require';
}

function findCycles(imports: readonly FileImport[]): ImportCycle[] {
  const graph = new NamedDigraph();
  for (const statement of imports) if (loadsAtOnce(statement)) graph.edge(statement.from, statement.to);
  return cycles(graph)
    .map((members) => {
      const way = shortestWayAround(graph, members);
      const named = (nodes: readonly number[]): string[] => nodes.map((node) => graph.names[node]!);
      return { way: named(way), files: named(members).sort() };
    })
    .sort((one, other) => (one.files[0]! < other.files[0]! ? -1 : 1));
}

/** The shortest circle through the member whose name comes first, by breadth-first search. */
function shortestWayAround(graph: NamedDigraph, members: readonly number[]): number[] {
  const start = members.reduce((first, node) => (graph.names[node]! < graph.names[first]! ? node : first));
  const inside = new Set(members);
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const next of graph.successors[node]!) {
      if (next === start) return wayTo(node, cameFrom);
      if (!inside.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return [...members];
}

function wayTo(node: number, cameFrom: ReadonlyMap<number, number>): number[] {
  const way: number[] = [];
  for (let at: number | undefined = node; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
  return way;
}

function findUnused(
  files: readonly string[],
  imports: readonly FileImport[],
  roots: ReadonlySet<string>,
): string[] {
  const importsOf = new Map<string, string[]>();
  for (const { from, to } of imports) {
    const known = importsOf.get(from);
    if (known === undefined) importsOf.set(from, [to]);
    else known.push(to);
  }
  const used = new Set(roots);
  for (const path of used) for (const to of importsOf.get(path) ?? []) used.add(to);
  return files.filter((path) => !used.has(path));
}
