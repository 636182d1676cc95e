import { type FlameTree, wholeWeight } from './flame-tree.ts';

/** Where the nodes of a flame graph are: left and right as shares of the whole width, by row from the top. */
export interface FlameLayout {
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** Nodes of each depth, from left to right. */
  readonly rows: readonly Int32Array[];
}

/** Lays children side by side under their parent, the heaviest first. A node of no weight has no place. */
export function flameLayout(tree: FlameTree): FlameLayout {
  const { count, parents, depths, totals } = tree;
  const whole = wholeWeight(tree);
  const left = new Float64Array(count);
  const right = new Float64Array(count);
  const rows: Int32Array[] = [];
  const byDepth: number[][] = [];
  for (let node = 0; node < count; node++) {
    byDepth[depths[node]!] ??= [];
    if (totals[node]! > 0) byDepth[depths[node]!]!.push(node);
  }
  /** Where the next child of a node goes; the last entry is that of the roots. */
  const next = new Float64Array(count + 1);
  for (const nodes of byDepth) {
    nodes.sort((one, other) => totals[other]! - totals[one]! || one - other);
    for (const node of nodes) {
      const parent = parents[node]!;
      const slot = parent < 0 ? count : parent;
      const end = parent < 0 ? 1 : right[parent]!;
      left[node] = Math.min(next[slot]!, end);
      right[node] = Math.min(left[node]! + totals[node]! / whole, end);
      next[slot] = right[node]!;
      next[node] = left[node]!;
    }
    rows.push(Int32Array.from(nodes).sort((one, other) => left[one]! - left[other]! || one - other));
  }
  return { left, right, rows };
}

/** The part of the width that is looked at. */
export interface FlameFocus {
  readonly left: number;
  readonly right: number;
}

export const everything: FlameFocus = { left: 0, right: 1 };

/** So that `node` fills the width; its callers fill it too. */
export function focusOn({ left, right }: FlameLayout, node: number): FlameFocus {
  return { left: left[node]!, right: right[node]! };
}

/** The nodes of a row that are at least `narrowest` wide in the focus, as a share of it, from left to right. */
export function* visibleIn(
  { left, right, rows }: FlameLayout,
  row: number,
  focus: FlameFocus,
  narrowest: number,
): Generator<number> {
  const nodes = rows[row];
  if (nodes === undefined) return;
  const least = narrowest * (focus.right - focus.left);
  for (let at = firstEndingAfter(nodes, right, focus.left); at < nodes.length; at++) {
    const node = nodes[at]!;
    if (left[node]! >= focus.right) return;
    if (Math.min(right[node]!, focus.right) - Math.max(left[node]!, focus.left) >= least) yield node;
  }
}

/** How many rows have something wide enough to be seen in the focus. */
export function rowsIn(layout: FlameLayout, focus: FlameFocus, narrowest: number): number {
  let rows = layout.rows.length;
  while (rows > 0 && visibleIn(layout, rows - 1, focus, narrowest).next().done === true) rows--;
  return rows;
}

/** The node at a place, or -1. `x` is a share of the focus. */
export function nodeAt(
  { left, right, rows }: FlameLayout,
  row: number,
  x: number,
  focus: FlameFocus,
): number {
  const nodes = rows[row];
  if (nodes === undefined) return -1;
  const place = focus.left + x * (focus.right - focus.left);
  const node = nodes[firstEndingAfter(nodes, right, place)];
  return node !== undefined && left[node]! <= place ? node : -1;
}

/** The neighbours of a node, for those who walk by keyboard; `node` itself where there is none. */
export function neighbour(
  tree: FlameTree,
  { rows }: FlameLayout,
  node: number,
  direction: 'up' | 'down' | 'left' | 'right',
): number {
  const depth = tree.depths[node]!;
  if (direction === 'up') return tree.parents[node]! < 0 ? node : tree.parents[node]!;
  if (direction === 'down') {
    return rows[depth + 1]?.find((below) => tree.parents[below] === node) ?? node;
  }
  const row = rows[depth]!;
  const at = row.indexOf(node);
  return row[direction === 'left' ? at - 1 : at + 1] ?? node;
}

function firstEndingAfter(nodes: Int32Array, right: Float64Array, place: number): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (right[nodes[middle]!]! > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
