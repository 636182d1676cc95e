/**
 * The smallest part of `items` found that `fails`, in their order. Delta debugging (Zeller and Hildebrandt, Simplifying
 * and Isolating Failure-Inducing Input, 2002) by complements: leaves out stretches of half the items, then of a quarter
 * and so on, and goes on behind a stretch that was left out. `items` themselves are taken to fail. At the end no single
 * item can be left out, unless `fails` has begun to answer false because its budget is spent, or `partsMax` forbids to
 * look so closely.
 */
export async function deltaDebug<Item>(
  items: readonly Item[],
  fails: (candidate: readonly Item[]) => Promise<boolean>,
  partsMax: number = Number.POSITIVE_INFINITY,
): Promise<readonly Item[]> {
  const finest = Math.ceil(items.length / partsMax);
  let current = items;
  if (current.length > 0 && (await fails([]))) return [];
  let stretch = Math.ceil(current.length / 2);
  while (stretch >= finest && current.length > 1) {
    const before = current.length;
    current = await withoutStretches(current, Math.min(stretch, current.length - 1), fails);
    // Leaving one thing out may have made others needless: single items are tried until none goes.
    if (stretch > 1) stretch = Math.ceil(stretch / 2);
    else if (current.length === before) break;
  }
  return current;
}

async function withoutStretches<Item>(
  items: readonly Item[],
  stretch: number,
  fails: (candidate: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  let current = items;
  let from = 0;
  while (from < current.length && current.length > 1) {
    const candidate = [...current.slice(0, from), ...current.slice(from + stretch)];
    if (candidate.length > 0 && (await fails(candidate))) current = candidate;
    else from += stretch;
  }
  return current;
}
