import { bucketFloor, bucketOf, latencyBuckets } from './latency-buckets.ts';

/** How many calls there were, how many failed, and how long they took. Of the buckets, only those between the least and the largest hit take room. */
export class CallTotals {
  count = 0;
  errors = 0;
  /** Microseconds. */
  sum = 0;
  /** Microseconds. */
  max = 0;
  #first = 0;
  #counts: Uint32Array = none;

  record(micros: number, failed: boolean): void {
    this.count++;
    if (failed) this.errors++;
    this.sum += micros;
    if (micros > this.max) this.max = micros;
    this.#hit(bucketOf(micros), 1);
  }

  /** Adds calls that are counted already. `micros` are those of all, and `max` of the longest. */
  addBucket(bucket: number, count: number, errors: number, micros: number, max: number): void {
    this.count += count;
    this.errors += errors;
    this.sum += micros;
    if (max > this.max) this.max = max;
    this.#hit(bucket, count);
  }

  add(other: CallTotals): void {
    this.count += other.count;
    this.errors += other.errors;
    this.sum += other.sum;
    if (other.max > this.max) this.max = other.max;
    const counts = other.#counts;
    if (counts.length === 0) return;
    this.#cover(other.#first, other.#first + counts.length);
    const shift = other.#first - this.#first;
    for (let i = 0; i < counts.length; i++) this.#counts[shift + i]! += counts[i]!;
  }

  /** Microseconds that the share `q` of the calls did not exceed; 0 when there were none. */
  quantile(q: number): number {
    let left = Math.max(1, Math.ceil(this.count * q));
    for (let i = 0; i < this.#counts.length; i++) {
      left -= this.#counts[i]!;
      if (left > 0) continue;
      const bucket = this.#first + i;
      return Math.min(this.max, (bucketFloor(bucket) + bucketFloor(bucket + 1)) / 2);
    }
    return this.max;
  }

  /** Calls `visit` for each bucket that was hit, in order. */
  forEachBucket(visit: (bucket: number, count: number) => void): void {
    for (let i = 0; i < this.#counts.length; i++) {
      const count = this.#counts[i]!;
      if (count > 0) visit(this.#first + i, count);
    }
  }

  #hit(bucket: number, count: number): void {
    this.#cover(bucket, bucket + 1);
    this.#counts[bucket - this.#first]! += count;
  }

  /** Makes room for the buckets from `first` up to `end`, and some around them. */
  #cover(first: number, end: number): void {
    const had = this.#counts;
    const hadEnd = this.#first + had.length;
    if (had.length > 0 && first >= this.#first && end <= hadEnd) return;
    const from = Math.max(0, had.length === 0 ? first : Math.min(first - 4, this.#first));
    const to = Math.min(latencyBuckets, had.length === 0 ? end : Math.max(end + 4, hadEnd));
    const counts = new Uint32Array(to - from);
    if (had.length > 0) counts.set(had, this.#first - from);
    this.#counts = counts;
    this.#first = from;
  }
}

const none = new Uint32Array(0);
