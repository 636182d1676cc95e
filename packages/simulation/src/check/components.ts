/**
 * The strongly connected components of more than one node (Tarjan 1972), without recursion. `next` gives the nodes
 * that a node leads to.
 */
export function components(nodes: number, next: (node: number) => readonly number[]): number[][] {
  const index = new Int32Array(nodes).fill(-1);
  const low = new Int32Array(nodes);
  const isOpen = new Uint8Array(nodes);
  const open: number[] = [];
  const found: number[][] = [];
  let visited = 0;
  for (let root = 0; root < nodes; root++) {
    if (index[root] !== -1) continue;
    const path = [{ node: root, next: next(root), at: 0 }];
    index[root] = low[root] = visited++;
    isOpen[root] = 1;
    open.push(root);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const { node } = top;
      if (top.at < top.next.length) {
        const to = top.next[top.at++]!;
        if (index[to] === -1) {
          index[to] = low[to] = visited++;
          isOpen[to] = 1;
          open.push(to);
          path.push({ node: to, next: next(to), at: 0 });
        } else if (isOpen[to] === 1) {
          low[node] = Math.min(low[node]!, index[to]!);
        }
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) low[above.node] = Math.min(low[above.node]!, low[node]!);
      if (low[node] !== index[node]) continue;
      const component = open.splice(open.lastIndexOf(node));
      for (const each of component) isOpen[each] = 0;
      if (component.length > 1) found.push(component.sort((a, b) => a - b));
    }
  }
  return found;
}
