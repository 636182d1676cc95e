import type { GraphWay } from './graph-layout.ts';

/** Everything upstream and downstream of a node: what leads to it, and what it leads to. */
export function touchedBy(
  node: string,
  ways: readonly GraphWay[],
): { readonly nodes: ReadonlySet<string>; readonly ways: ReadonlySet<string> } {
  const nodes = new Set([node]);
  const reached = new Set<string>();
  for (const direction of ['down', 'up'] as const) {
    const waiting = [node];
    const seen = new Set(waiting);
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const { key, from, to } of ways) {
        const [near, far] = direction === 'down' ? [from, to] : [to, from];
        if (near !== at) continue;
        reached.add(key);
        if (seen.has(far)) continue;
        seen.add(far);
        nodes.add(far);
        waiting.push(far);
      }
    }
  }
  return { nodes, ways: reached };
}
