import type { Drawing } from '../graph/drawing.ts';
import type { ImportGraph } from './import-graph.ts';
import { folderOf } from './source-tree.ts';

/**
 * Draws who imports whom; files of a folder are laid together, so that a drawing stays readable.
 *
 * @param depth how many folders deep files are told apart. Default: each file is itself
 */
export function drawImports(graph: ImportGraph, depth?: number): Drawing {
  const nameOf = (path: string): string =>
    depth === undefined ? path : folderOf(path).split('/').slice(0, depth).join('/') || '.';
  const edges = new Map<string, { from: string; to: string; count: number }>();
  for (const statement of graph.imports) {
    const [from, to] = [nameOf(statement.from), nameOf(statement.to)];
    if (from === to) continue;
    const key = `${from}\n${to}`;
    const edge = edges.get(key) ?? { from, to, count: 0 };
    edge.count++;
    edges.set(key, edge);
  }
  const nodes = new Set([...graph.files, ...graph.imports.map(({ to }) => to)].map(nameOf));
  return { nodes: [...nodes].sort(), edges: [...edges.values()] };
}
