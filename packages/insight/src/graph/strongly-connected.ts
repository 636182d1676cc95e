import type { Digraph } from './digraph.ts';

/**
 * The strongly connected components: in each, every node can reach every other. Those that others lead to come first.
 *
 * Tarjan's algorithm ("Depth-first search and linear graph algorithms", 1972), with a stack of its own instead of the
 * engine's, so that depth is no limit.
 */
export function stronglyConnected(graph: Digraph): number[][] {
  const { successors } = graph;
  const size = successors.length;
  /** When a node was first met, from 1 on; 0 for not yet. */
  const met = new Int32Array(size);
  const lowest = new Int32Array(size);
  const onStack = new Uint8Array(size);
  const nextEdge = new Int32Array(size);
  const stack: number[] = [];
  const path: number[] = [];
  const components: number[][] = [];
  let clock = 0;

  const enter = (node: number): void => {
    met[node] = lowest[node] = ++clock;
    onStack[node] = 1;
    stack.push(node);
    path.push(node);
  };
  const leave = (node: number): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) lowest[parent] = Math.min(lowest[parent]!, lowest[node]!);
    if (lowest[node] !== met[node]) return;
    const component = stack.splice(stack.lastIndexOf(node));
    for (const member of component) onStack[member] = 0;
    components.push(component);
  };

  for (let start = 0; start < size; start++) {
    if (met[start] !== 0) continue;
    enter(start);
    while (path.length > 0) {
      const node = path.at(-1)!;
      const edges = successors[node]!;
      if (nextEdge[node] === edges.length) {
        leave(node);
        continue;
      }
      const target = edges[nextEdge[node]!++]!;
      if (met[target] === 0) enter(target);
      else if (onStack[target] === 1) lowest[node] = Math.min(lowest[node]!, met[target]!);
    }
  }
  return components;
}

/** The components that are circles: of more than one node, or one that leads to itself. */
export function cycles(graph: Digraph): number[][] {
  return stronglyConnected(graph).filter(
    (component) => component.length > 1 || graph.successors[component[0]!]!.includes(component[0]!),
  );
}
