import type { MapEdge } from '../../api/console-api.ts';
import { edgeKey } from './map-layout.ts';

/** Everything upstream and downstream of a service: who feels it, and whom it feels. */
export function touchedBy(
  name: string,
  edges: readonly MapEdge[],
): { readonly nodes: ReadonlySet<string>; readonly edges: ReadonlySet<string> } {
  const nodes = new Set([name]);
  const reached = new Set<string>();
  for (const direction of ['down', 'up'] as const) {
    const waiting = [name];
    const seen = new Set(waiting);
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const edge of edges) {
        const [near, far] = direction === 'down' ? [edge.from, edge.to] : [edge.to, edge.from];
        if (near !== at) continue;
        reached.add(edgeKey(edge));
        if (seen.has(far)) continue;
        seen.add(far);
        nodes.add(far);
        waiting.push(far);
      }
    }
  }
  return { nodes, edges: reached };
}
