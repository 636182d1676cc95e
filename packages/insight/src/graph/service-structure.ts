import { NamedDigraph } from './digraph.ts';
import { immediateDominators } from './dominators.ts';
import { cycles } from './strongly-connected.ts';

/** What the shape of a graph of services says. */
export interface ServiceStructure {
  /** Services that call each other in a circle, each circle by name. */
  readonly cycles: readonly (readonly string[])[];
  /** Of each service, those that no entry reaches without it, by name. */
  readonly gates: ReadonlyMap<string, readonly string[]>;
}

/**
 * Finds circles, and what hangs on whom.
 *
 * @param edges who calls whom
 * @param entries whom requests from outside reach; without any, the services that nobody calls
 */
export function serviceStructure(
  edges: Iterable<{ readonly from: string; readonly to: string }>,
  entries: Iterable<string> = [],
): ServiceStructure {
  const graph = new NamedDigraph();
  const called = new Set<string>();
  for (const { from, to } of edges) {
    graph.edge(from, to);
    if (from !== to) called.add(to);
  }
  // Stands before all entries; no service has this name.
  const outside = '\n';
  const circles = cycles(graph).map((members) => members.map((member) => graph.names[member]!).sort());
  const doors = [...entries];
  if (doors.length === 0) doors.push(...graph.names.filter((name) => !called.has(name)));
  for (const entry of doors) graph.edge(outside, entry);
  return { cycles: circles.sort(), gates: gatesBelow(graph, graph.node(outside)) };
}

/** Of each node, all that it dominates but itself. */
function gatesBelow(graph: NamedDigraph, root: number): Map<string, readonly string[]> {
  const dominators = immediateDominators(graph, root);
  const gated = graph.names.map((): string[] => []);
  for (let node = 0; node < dominators.length; node++) {
    if (dominators[node] === -1) continue;
    for (let above = dominators[node]!; above !== root; above = dominators[above]!) {
      gated[above]!.push(graph.names[node]!);
    }
  }
  const gates = new Map<string, readonly string[]>();
  for (let node = 0; node < gated.length; node++) {
    if (node !== root) gates.set(graph.names[node]!, gated[node]!.sort());
  }
  return gates;
}
