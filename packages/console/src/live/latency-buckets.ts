/**
 * Log-linear buckets for microseconds: exact below 16, then 16 to each power of two, so that a bucket's middle is within 3.2%
 * of whatever fell into it (the scheme of HdrHistogram). What is longer than 71 minutes counts as 71 minutes.
 */
export const latencyBuckets = 464;

export function bucketOf(micros: number): number {
  const whole = micros >= 0xffff_ffff ? 0xffff_ffff : micros >>> 0;
  if (whole < 16) return whole;
  const exponent = 31 - Math.clz32(whole);
  return (exponent - 3) * 16 + ((whole >>> (exponent - 4)) & 15);
}

/** The least that falls into a bucket, in microseconds. */
export function bucketFloor(bucket: number): number {
  if (bucket < 16) return bucket;
  return (16 + (bucket & 15)) * 2 ** ((bucket >>> 4) - 1);
}

/** {@link bucketOf} for SQL: of an expression that holds whole, non-negative microseconds. */
export function bucketSql(micros: string): string {
  const whole = `least(${micros}, 4294967295)`;
  const exponent = `floor(log2(${whole}))::BIGINT`;
  return `CASE WHEN ${whole} < 16 THEN ${whole} ELSE (${exponent} - 3) * 16 + ((${whole} >> (${exponent} - 4)) & 15) END`;
}
