const stepsPerDoubling = 32;
const stepBits = 5;
const bucketsMax = (40 - stepBits + 1) * stepsPerDoubling;

/**
 * How durations fell, in log-linear buckets as of HdrHistogram: each doubling is cut into 32 equal steps, so that a
 * quantile is off by 1.6% at most. From 1 microsecond to 12 days; it grows with what it has seen, to 9 KB at most.
 */
export class LatencyHistogram {
  #counts: Float64Array = new Float64Array(64);
  #count = 0;
  #sum = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  /** Microseconds, exact. */
  get sum(): number {
    return this.#sum;
  }

  /** Microseconds, exact. 0 while there is none. */
  get max(): number {
    return this.#max;
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** @param microseconds not negative */
  record(microseconds: number, times = 1): void {
    const bucket = bucketOf(microseconds);
    if (bucket >= this.#counts.length) this.#grow(bucket);
    this.#counts[bucket]! += times;
    this.#count += times;
    this.#sum += microseconds * times;
    if (microseconds > this.#max) this.#max = microseconds;
  }

  /** Adds all that `other` has recorded. */
  merge(other: LatencyHistogram): void {
    if (other.#counts.length > this.#counts.length) this.#grow(other.#counts.length - 1);
    for (let bucket = 0; bucket < other.#counts.length; bucket++) {
      this.#counts[bucket]! += other.#counts[bucket]!;
    }
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#max = Math.max(this.#max, other.#max);
  }

  /** The duration in microseconds that a share of `q` does not exceed. 0 while there is none. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      seen += this.#counts[bucket]!;
      if (seen >= rank) return Math.min(middleOf(bucket), this.#max);
    }
    return this.#max;
  }

  /** How many took at most so many microseconds, as far as buckets tell. */
  countUpTo(microseconds: number): number {
    const last = Math.min(bucketOf(microseconds), this.#counts.length - 1);
    let seen = 0;
    for (let bucket = 0; bucket <= last; bucket++) seen += this.#counts[bucket]!;
    return seen;
  }

  #grow(bucket: number): void {
    const counts = new Float64Array(Math.min(bucketsMax, Math.max(bucket + 1, this.#counts.length * 2)));
    counts.set(this.#counts);
    this.#counts = counts;
  }
}

function bucketOf(microseconds: number): number {
  const whole = Math.floor(microseconds);
  if (whole < stepsPerDoubling) return Math.max(0, whole);
  const exponent = Math.floor(Math.log2(whole));
  const step = Math.floor(whole / 2 ** (exponent - stepBits)) - stepsPerDoubling;
  return Math.min(bucketsMax - 1, (exponent - stepBits + 1) * stepsPerDoubling + step);
}

function middleOf(bucket: number): number {
  if (bucket < stepsPerDoubling) return bucket;
  const exponent = Math.floor(bucket / stepsPerDoubling) - 1;
  const step = bucket % stepsPerDoubling;
  return (stepsPerDoubling + step + 0.5) * 2 ** exponent;
}
