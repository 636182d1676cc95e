import type { Digraph } from './digraph.ts';

/**
 * The immediate dominator of each node: the last one that every path from `root` to it passes. The root's is itself; -1
 * for what cannot be reached.
 *
 * Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001).
 */
export function immediateDominators(graph: Digraph, root: number): Int32Array {
  const order = reversePostorder(graph, root);
  const placeOf = new Int32Array(graph.successors.length).fill(-1);
  for (let place = 0; place < order.length; place++) placeOf[order[place]!] = place;
  const predecessors = order.map((): number[] => []);
  for (const node of order) {
    for (const target of graph.successors[node]!) predecessors[placeOf[target]!]!.push(placeOf[node]!);
  }

  // By place: a dominator always stands before what it dominates.
  const dominators = new Int32Array(order.length).fill(-1);
  dominators[0] = 0;
  const common = (one: number, other: number): number => {
    while (one !== other) {
      if (one > other) one = dominators[one]!;
      else other = dominators[other]!;
    }
    return one;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let place = 1; place < order.length; place++) {
      let dominator = -1;
      for (const predecessor of predecessors[place]!) {
        if (dominators[predecessor] === -1) continue;
        dominator = dominator === -1 ? predecessor : common(dominator, predecessor);
      }
      if (dominators[place] !== dominator) {
        dominators[place] = dominator;
        changed = true;
      }
    }
  }
  const result = new Int32Array(graph.successors.length).fill(-1);
  for (let place = 0; place < order.length; place++) result[order[place]!] = order[dominators[place]!]!;
  return result;
}

function reversePostorder(graph: Digraph, root: number): number[] {
  const seen = new Uint8Array(graph.successors.length);
  const nextEdge = new Int32Array(graph.successors.length);
  const order: number[] = [];
  const path = [root];
  seen[root] = 1;
  while (path.length > 0) {
    const node = path.at(-1)!;
    const target = graph.successors[node]![nextEdge[node]!++];
    if (target === undefined) {
      order.push(node);
      path.pop();
    } else if (seen[target] === 0) {
      seen[target] = 1;
      path.push(target);
    }
  }
  return order.reverse();
}
