/** A graph as it is drawn. */
export interface Drawing {
  readonly nodes: readonly string[];
  /** With how often each was seen. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly count: number }[];
}

/** In the language of Graphviz. */
export function toDot({ nodes, edges }: Drawing): string {
  const lines = [
    ...nodes.map((node) => `  ${JSON.stringify(node)};`),
    ...edges.map(({ from, to, count }) => {
      const label = count > 1 ? ` [label=${count}]` : '';
      return `  ${JSON.stringify(from)} -> ${JSON.stringify(to)}${label};`;
    }),
  ];
  return ['digraph {', '  rankdir=LR;', '  node [shape=box];', ...lines, '}'].join('\n');
}

/** In the language of Mermaid. */
export function toMermaid({ nodes, edges }: Drawing): string {
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
