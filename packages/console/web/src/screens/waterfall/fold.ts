import type { SpanTree } from './span-tree.ts';
import { collapsedFrom } from './visible-rows.ts';

/**
 * What is folded, as the URL has it: everything from a depth on, and single spans that were turned the other way since:
 * `3`, `3.a1b2c3d4e5f60718`, `.a1b2c3d4e5f60718`.
 */
export interface Fold {
  readonly depth: number | undefined;
  /** Span ids. */
  readonly turned: readonly string[];
}

export const unfolded: Fold = { depth: undefined, turned: [] };

export function parseFold(text: string | undefined): Fold {
  if (text === undefined) return unfolded;
  const [depth = '', ...turned] = text.split('.');
  return { depth: /^\d{1,4}$/.test(depth) ? Number(depth) : undefined, turned: turned.filter(Boolean) };
}

/** Undefined where nothing is folded. */
export function writeFold({ depth, turned }: Fold): string | undefined {
  const text = [depth ?? '', ...turned].join('.');
  return text === '' ? undefined : text;
}

/** Folds a span, or unfolds it. */
export function turn(fold: Fold, spanId: string): Fold {
  const others = fold.turned.filter((each) => each !== spanId);
  return { ...fold, turned: others.length < fold.turned.length ? others : [...others, spanId] };
}

/** The spans that are folded. */
export function foldedSpans(tree: SpanTree, { depth, turned }: Fold): Set<number> {
  const folded = depth === undefined ? new Set<number>() : collapsedFrom(tree, depth);
  for (const spanId of turned) {
    const span = tree.view.spanIds.indexOf(spanId);
    if (span >= 0 && !folded.delete(span)) folded.add(span);
  }
  return folded;
}
