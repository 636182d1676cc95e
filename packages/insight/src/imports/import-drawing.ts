import type { ImportGraph } from './import-graph.ts';
import { folderOf } from './source-tree.ts';

/** A graph of imports as it is drawn. */
export interface ImportDrawing {
  readonly nodes: readonly string[];
  /** With how many imports each stands for. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly count: number }[];
}

/**
 * Lays files of a folder together, so that a drawing stays readable.
 *
 * @param depth how many folders deep files are told apart. Default: each file is itself
 */
export function drawImports(graph: ImportGraph, depth?: number): ImportDrawing {
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

/** In the language of Graphviz. */
export function toDot({ nodes, edges }: ImportDrawing): string {
  const lines = [
    ...nodes.map((node) => `  ${JSON.stringify(node)};`),
    ...edges.map(({ from, to, count }) => {
      const label = count > 1 ? ` [label=${count}]` : '';
      return `  ${JSON.stringify(from)} -> ${JSON.stringify(to)}${label};`;
    }),
  ];
  return ['digraph imports {', '  rankdir=LR;', '  node [shape=box];', ...lines, '}'].join('\n');
}

/** In the language of Mermaid. */
export function toMermaid({ nodes, edges }: ImportDrawing): string {
  const numbers = new Map(nodes.map((node, index) => [node, `n${index}`]));
  return [
    'flowchart LR',
    ...nodes.map((node) => `  ${numbers.get(node)}["${node.replaceAll('"', '#quot;')}"]`),
    ...edges.map(({ from, to, count }) => {
      const arrow = count > 1 ? `-->|${count}|` : '-->';
      return `  ${numbers.get(from)} ${arrow} ${numbers.get(to)}`;
    }),
  ].join('\n');
}
