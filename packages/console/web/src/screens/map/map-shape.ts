import type { MapEdge, ServiceMap } from '../../api/console-api.ts';
import type { GraphShape } from '../../graph/graph-layout.ts';

/** What tells an edge from another. */
export function edgeKey({ from, to, kind }: Pick<MapEdge, 'from' | 'to' | 'kind'>): string {
  return JSON.stringify([from, to, kind]);
}

/** Who is there and who calls whom, in an order of its own: an answer in another order moves nothing. */
export function shapeOf({ nodes, edges }: Pick<ServiceMap, 'nodes' | 'edges'>): GraphShape {
  return {
    nodes: nodes.map(({ name }) => name).sort(),
    ways: edges
      .map((edge) => ({ key: edgeKey(edge), from: edge.from, to: edge.to }))
      .sort((one, other) => one.key.localeCompare(other.key)),
  };
}
