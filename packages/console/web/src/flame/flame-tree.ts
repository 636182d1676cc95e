/** What a flame graph shows: a tree with a weight at each node. Columns, so that a large profile stays cheap. */
export interface FlameTree {
  /** How many nodes there are. */
  readonly count: number;
  /** -1 for a root, else smaller than the node's own index. */
  readonly parents: Int32Array;
  readonly depths: Int32Array;
  /** What each node weighs with all that is below it. */
  readonly totals: Float64Array;
  /** What it weighs alone. */
  readonly selves: Float64Array;
  /** The same elsewhere, where there is something to compare with. */
  readonly baseTotals: Float64Array | undefined;
  readonly baseSelves: Float64Array | undefined;
  readonly labels: readonly string[];
  /** What a node belongs to, and takes its colour from: a service, a package. */
  readonly groups: readonly string[];
}

/** Of all roots together. */
export function wholeWeight({ parents, totals }: FlameTree): number {
  let whole = 0;
  for (let node = 0; node < parents.length; node++) if (parents[node] === -1) whole += totals[node]!;
  return whole;
}

/** From the root down to `node`, itself included. */
export function pathTo({ parents }: FlameTree, node: number): number[] {
  const path: number[] = [];
  for (let at = node; at >= 0; at = parents[at]!) path.push(at);
  return path.reverse();
}

/** How deep each node is, from the parents alone. */
export function depthsOf(parents: Int32Array): Int32Array {
  const depths = new Int32Array(parents.length);
  for (let node = 0; node < parents.length; node++) {
    const parent = parents[node]!;
    if (parent >= 0) depths[node] = depths[parent]! + 1;
  }
  return depths;
}

/**
 * A name for each node that is the same in another tree where the way to it is the same, so that a link still leads to it
 * after the data was renewed: FNV-1a over the labels from the root, as eight digits.
 */
export function nodeKeys({ count, parents, labels, groups }: FlameTree): string[] {
  const hashes = new Uint32Array(count);
  const keys: string[] = [];
  for (let node = 0; node < count; node++) {
    const parent = parents[node]!;
    const text = `${groups[node]}\n${labels[node]}`;
    let hash = parent < 0 ? 0x811c9dc5 : hashes[parent]!;
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
    }
    hashes[node] = hash;
    keys.push(hash.toString(16).padStart(8, '0'));
  }
  return keys;
}
