import type { FlameTree } from './flame-tree.ts';

/** One function or operation, over all the places where it stands in the tree. */
export interface HeaviestRow {
  readonly label: string;
  readonly group: string;
  readonly self: number;
  /** With what it called; where it calls itself, the inner calls are not counted again. */
  readonly total: number;
  /** The node where it weighs most. */
  readonly node: number;
}

/** What weighs most by itself, the heaviest first. */
export function heaviest({ count, parents, labels, groups, totals, selves }: FlameTree): HeaviestRow[] {
  const names = new Map<string, number>();
  const kinds = new Int32Array(count);
  for (let node = 0; node < count; node++) {
    const name = `${groups[node]}\n${labels[node]}`;
    const kind = names.get(name) ?? names.size;
    names.set(name, kind);
    kinds[node] = kind;
  }
  const self = new Float64Array(names.size);
  const total = new Float64Array(names.size);
  const best = new Int32Array(names.size).fill(-1);
  for (let node = 0; node < count; node++) {
    const kind = kinds[node]!;
    self[kind]! += selves[node]!;
    if (best[kind]! < 0 || totals[node]! > totals[best[kind]!]!) best[kind] = node;
    if (!standsAbove(parents, kinds, node)) total[kind]! += totals[node]!;
  }
  return Array.from(best, (node, kind) => ({
    label: labels[node]!,
    group: groups[node]!,
    self: self[kind]!,
    total: total[kind]!,
    node,
  })).sort((one, other) => other.self - one.self || other.total - one.total);
}

/** Whether one of the node's callers is the same function. */
function standsAbove(parents: Int32Array, kinds: Int32Array, node: number): boolean {
  for (let above = parents[node]!; above >= 0; above = parents[above]!) {
    if (kinds[above] === kinds[node]) return true;
  }
  return false;
}
