/**
 * Buckets for microseconds, sixteen to each doubling: a bucket's middle is within 2.2% of whatever fell into it. The store finds
 * them by the same formula.
 */
const perDoubling = 16;

/** As many as there can be: no span takes longer than 2^53 microseconds. */
export const latencyBuckets: number = 54 * perDoubling;

export function bucketOf(micros: number): number {
  return Math.floor(Math.log2(Math.floor(micros) + 1) * perDoubling);
}

/** The least that falls into a bucket, in microseconds. */
export function bucketFloor(bucket: number): number {
  return 2 ** (bucket / perDoubling) - 1;
}

/** {@link bucketOf} for SQL: of an expression that holds whole, non-negative microseconds. */
export function bucketSql(micros: string): string {
  return `floor(log2(${micros} + 1) * ${perDoubling})::USMALLINT`;
}
