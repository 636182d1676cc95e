import type { HistogramPoint, NumberPoint } from './metric-points.ts';

/**
 * What was added to a point since an earlier one of the same series: undefined where nothing was. One that has fallen began anew, and all
 * that it has was added.
 */
export function numberDifference(now: NumberPoint, before: NumberPoint | undefined): NumberPoint | undefined {
  const value = before === undefined || now.value < before.value ? now.value : now.value - before.value;
  return value === 0 ? undefined : { ...now, value };
}

/** The same for histograms. */
export function histogramDifference(
  now: HistogramPoint,
  before: HistogramPoint | undefined,
): HistogramPoint | undefined {
  if (before === undefined || !continues(now.counts, before.counts)) return any(now.counts) ? now : undefined;
  const counts = Float64Array.from(now.counts, (count, bucket) => count - before.counts[bucket]!);
  return any(counts) ? { ...now, counts, sum: now.sum - before.sum } : undefined;
}

function continues(now: ArrayLike<number>, before: ArrayLike<number>): boolean {
  if (now.length !== before.length) return false;
  for (let bucket = 0; bucket < now.length; bucket += 1) if (now[bucket]! < before[bucket]!) return false;
  return true;
}

function any(counts: ArrayLike<number>): boolean {
  for (let bucket = 0; bucket < counts.length; bucket += 1) if (counts[bucket]! > 0) return true;
  return false;
}
