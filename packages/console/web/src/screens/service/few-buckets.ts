import type { ServiceDetail } from '../../api/console-api.ts';

type Buckets = ServiceDetail['latencies'];

/**
 * A histogram without the empty buckets at both ends, but for one, and with neighbours put together until there are at most so many.
 * Nothing that was counted is lost; the last bucket may have no upper bound.
 */
export function fewBuckets({ bounds, counts }: Buckets, most: number): Buckets {
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return { bounds: [], counts: [] };
  const start = Math.max(0, first - 1);
  const end = Math.min(counts.length, counts.findLastIndex((count) => count > 0) + 2);
  const together = Math.ceil((end - start) / most);
  const merged: { bounds: number[]; counts: number[] } = { bounds: [], counts: [] };
  for (let at = start; at < end; at += together) {
    const stop = Math.min(end, at + together);
    merged.counts.push(counts.slice(at, stop).reduce((sum, count) => sum + count, 0));
    const bound = bounds[stop - 1];
    if (bound !== undefined) merged.bounds.push(bound);
  }
  return merged;
}
