/** Each power of two is cut into this many buckets, so that a value is known to about 6 %. */
const bucketsPerOctave = 16;
const octaveBits = 4;
const valueMax = 2 ** 31 - 1;
const bucketCount = bucketsPerOctave * (31 - octaveBits + 1);

/**
 * A log-linear histogram (as HdrHistogram, Tene) of recent latencies in whole microseconds up to 35 min: constant
 * time a record, 1.8 KB, and old values fade, since all counts are halved every half window.
 */
export class LatencyHistogram {
  private readonly counts: Uint32Array = new Uint32Array(bucketCount);
  private readonly halfLife: number;
  private halveAt = 0;
  /** Weight of all values that it holds. */
  total = 0;

  /** `window` in microseconds. */
  constructor(window: number) {
    this.halfLife = Math.ceil(window / 2);
  }

  /** Adds a latency, as if it had been seen `weight` times. */
  record(micros: number, weight: number, now: number): void {
    this.fade(now);
    this.counts[bucketOf(Math.min(micros, valueMax))]! += weight;
    this.total += weight;
  }

  /** The least latency (the upper end of its bucket) that `share` of the values do not exceed; 0 when empty. */
  quantile(share: number): number {
    let left = Math.ceil(share * this.total);
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      left -= this.counts[bucket]!;
      if (left <= 0) return this.total === 0 ? 0 : upperEndOf(bucket);
    }
    return valueMax;
  }

  private fade(now: number): void {
    if (this.halveAt === 0) this.halveAt = now + this.halfLife;
    if (now < this.halveAt) return;
    const halvings = Math.min(31, 1 + Math.floor((now - this.halveAt) / this.halfLife));
    this.total = 0;
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      this.total += this.counts[bucket]! >>>= halvings;
    }
    this.halveAt = now + this.halfLife;
  }
}

function bucketOf(value: number): number {
  if (value < bucketsPerOctave) return value;
  const shift = 31 - Math.clz32(value) - octaveBits;
  return bucketsPerOctave * shift + (value >>> shift);
}

function upperEndOf(bucket: number): number {
  if (bucket < bucketsPerOctave) return bucket;
  const shift = Math.floor(bucket / bucketsPerOctave) - 1;
  return (bucket - bucketsPerOctave * shift + 1) * 2 ** shift - 1;
}
