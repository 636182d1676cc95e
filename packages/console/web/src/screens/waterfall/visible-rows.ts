import type { SiblingGroup } from './sibling-groups.ts';
import type { SpanTree } from './span-tree.ts';

/** Which spans have a row, from top to bottom. */
export interface VisibleRows {
  /** Span of each row. */
  readonly spans: Int32Array;
  /** Row of each span; of one that is folded away, the row of the ancestor it is folded into; -1 where there is none. */
  readonly rows: Int32Array;
}

/** Repeated calls of which one row stands for all. */
export interface SummedSiblings {
  /** The head of each span's group; -1 where it has none. */
  readonly heads: Int32Array;
  /** The groups that are summed up, by their head. */
  readonly summed: ReadonlyMap<number, SiblingGroup>;
}

/**
 * The rows left by folding and filtering, in one pass.
 *
 * @param collapsed - spans whose descendants are folded into them.
 * @param kept - 1 for each span that is wanted; its ancestors are shown with it. Without it, all are wanted.
 * @param siblings - repeated calls that have one row.
 */
export function visibleRows(
  tree: SpanTree,
  collapsed: ReadonlySet<number>,
  kept?: Uint8Array,
  siblings?: SummedSiblings,
): VisibleRows {
  const { count, ends, parents } = tree;
  const shown = kept === undefined ? undefined : withAncestors(tree, kept);
  const spans = new Int32Array(count);
  const rows = new Int32Array(count).fill(-1);
  let row = 0;
  let span = 0;
  while (span < count) {
    if (shown !== undefined && shown[span] === 0) {
      // None of its descendants is wanted, or it would be shown as their ancestor.
      const end = ends[span]!;
      const above = parents[span]!;
      rows.fill(above < 0 ? -1 : rows[above]!, span, end);
      span = end;
      continue;
    }
    const head = siblings?.heads[span] ?? -1;
    const summed = head >= 0 && siblings!.summed.has(head);
    if (summed && head !== span) {
      rows.fill(rows[head]!, span, ends[span]!);
      span = ends[span]!;
      continue;
    }
    spans[row] = span;
    rows[span] = row;
    if (summed || collapsed.has(span)) {
      rows.fill(row, span, ends[span]!);
      span = ends[span]!;
    } else {
      span++;
    }
    row++;
  }
  return { spans: spans.subarray(0, row), rows };
}

/** Folds all spans that have children at `depth` and below it. */
export function collapsedFrom({ count, depths, ends }: SpanTree, depth: number): Set<number> {
  const collapsed = new Set<number>();
  for (let span = 0; span < count; span++) {
    if (depths[span]! >= depth && ends[span]! > span + 1) collapsed.add(span);
  }
  return collapsed;
}

function withAncestors({ count, parents }: SpanTree, kept: Uint8Array): Uint8Array {
  const shown = Uint8Array.from(kept);
  // A child comes after its parent, so that from the end each mark has arrived before it is passed on.
  for (let span = count - 1; span >= 0; span--) {
    const parent = parents[span]!;
    if (shown[span] === 1 && parent >= 0) shown[parent] = 1;
  }
  return shown;
}
