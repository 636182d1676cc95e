import { type BucketCounts, coarsened } from './bucket-range.ts';
import type { ExponentialPoint, HistogramPoint, NumberPoint } from './metric-points.ts';

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

/** The same for exponential histograms, by the scale of now, which is never finer than it was. */
export function exponentialDifference(
  now: ExponentialPoint,
  before: ExponentialPoint | undefined,
): ExponentialPoint | undefined {
  const steps = before === undefined ? -1 : before.scale - now.scale;
  const positive = steps < 0 ? undefined : rangeDifference(now.positive, coarsened(before!.positive, steps));
  const negative = steps < 0 ? undefined : rangeDifference(now.negative, coarsened(before!.negative, steps));
  const zeroCount = now.zeroCount - (before?.zeroCount ?? 0);
  const difference =
    positive === undefined || negative === undefined || zeroCount < 0
      ? now
      : { ...now, positive, negative, zeroCount, sum: now.sum - before!.sum };
  const isEmpty =
    difference.zeroCount === 0 && !any(difference.positive.counts) && !any(difference.negative.counts);
  return isEmpty ? undefined : difference;
}

/** Undefined where something has fallen. */
function rangeDifference(now: BucketCounts, before: BucketCounts): BucketCounts | undefined {
  const shift = before.offset - now.offset;
  const { counts } = before;
  if (counts.length > 0 && (shift < 0 || shift + counts.length > now.counts.length)) return undefined;
  const added = now.counts.slice();
  for (let place = 0; place < counts.length; place += 1) added[shift + place]! -= counts[place]!;
  return added.every((count) => count >= 0) ? { offset: now.offset, counts: added } : undefined;
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
