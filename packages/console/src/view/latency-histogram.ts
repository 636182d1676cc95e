import type { ServiceDetail } from '../api/console-api.ts';
import { CallTotals } from '../live/call-totals.ts';
import { bucketFloor } from '../live/latency-buckets.ts';

/**
 * How durations fell, bucket beside bucket: with the empty ones between, and with one before the first, which says where that
 * begins.
 */
export function latencyHistogram(calls: Iterable<CallTotals>): ServiceDetail['latencies'] {
  const sum = new CallTotals();
  for (const each of calls) sum.add(each);
  const bounds: number[] = [];
  const counts: number[] = [];
  let next: number | undefined;
  sum.forEachBucket((bucket, count) => {
    for (let at = next ?? Math.max(0, bucket - 1); at <= bucket; at++) {
      bounds.push(bucketFloor(at + 1) / 1e3);
      counts.push(at === bucket ? count : 0);
    }
    next = bucket + 1;
  });
  return { bounds, counts };
}
