import type { MessageReader } from '@holdfast/transport/protobuf';
import { forEachWithin } from './fields.ts';
import type { PointForm } from './point-form.ts';
import { doubleAt, uint64Number } from './wire-numbers.ts';

/** Upper bounds, and one count more; or quantiles, and the value at each. */
type Distribution =
  | { readonly bounds: readonly number[]; readonly counts: readonly number[] }
  | { readonly quantiles: readonly number[]; readonly values: readonly number[] };

/** The JSON of `MetricBatch.distributionJson` for a point that the reader stands within. */
export function distributionJson(reader: MessageReader, body: Buffer, { name }: PointForm): string {
  if (name === 'number') return '';
  return JSON.stringify(readDistribution[name](reader, body));
}

/**
 * What is wrong with the distribution of a point that the reader stands within; undefined when it is in order.
 *
 * @param max - how many buckets it may have.
 */
export function distributionProblem(
  reader: MessageReader,
  body: Buffer,
  { name }: PointForm,
  max: number,
): string | undefined {
  if (name === 'number') return undefined;
  const distribution = readDistribution[name](reader, body);
  if ('quantiles' in distribution) return distribution.quantiles.length > max ? tooMany(max) : undefined;
  const { bounds, counts } = distribution;
  if (counts.length > max) return tooMany(max);
  if (counts.length !== bounds.length + 1 && counts.length + bounds.length > 0) {
    return 'a histogram has not one bucket more than bounds';
  }
  if (bounds.some((bound, index) => !(bound > (bounds[index - 1] ?? Number.NEGATIVE_INFINITY)))) {
    return 'the bounds of a histogram do not ascend';
  }
  return undefined;
}

function tooMany(max: number): string {
  return `a histogram or summary has more than ${max} buckets`;
}

const readDistribution: Record<
  Exclude<PointForm['name'], 'number'>,
  (reader: MessageReader, body: Buffer) => Distribution
> = { histogram, exponential, summary };

function histogram(reader: MessageReader, body: Buffer): Distribution {
  const counts: number[] = [];
  const bounds: number[] = [];
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    switch (tag) {
      case 0x32: // bucket_counts, packed
        forEachPacked(reader, () => counts.push(fixed64(reader)));
        break;
      case 0x31: // and one by one
        counts.push(fixed64(reader));
        break;
      case 0x3a: // explicit_bounds, packed
        forEachPacked(reader, () => bounds.push(double(reader, body)));
        break;
      case 0x39: // and one by one
        bounds.push(double(reader, body));
        break;
      default:
        reader.skip(tag);
    }
  }
  return { bounds, counts };
}

function summary(reader: MessageReader, body: Buffer): Distribution {
  const quantiles: number[] = [];
  const values: number[] = [];
  forEachWithin(reader, 0x32, () => {
    let quantile = 0;
    let value = 0;
    while (reader.position < reader.end) {
      const tag = reader.varint32();
      if (tag === 0x09) quantile = double(reader, body);
      else if (tag === 0x11) value = double(reader, body);
      else reader.skip(tag);
    }
    quantiles.push(quantile);
    values.push(value);
  });
  return { quantiles, values };
}

interface ExponentialBuckets {
  offset: number;
  readonly counts: number[];
}

function exponential(reader: MessageReader, body: Buffer): Distribution {
  const positive: ExponentialBuckets = { offset: 0, counts: [] };
  const negative: ExponentialBuckets = { offset: 0, counts: [] };
  let scale = 0;
  let zeroCount = 0;
  let zeroThreshold = 0;
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    switch (tag) {
      case 0x30:
        scale = zigzag(reader.varint32());
        break;
      case 0x39:
        zeroCount = fixed64(reader);
        break;
      case 0x42:
        readBuckets(reader, positive);
        break;
      case 0x4a:
        readBuckets(reader, negative);
        break;
      case 0x71:
        zeroThreshold = double(reader, body);
        break;
      default:
        reader.skip(tag);
    }
  }
  return explicitBuckets(scale, positive, negative, zeroCount, Math.abs(zeroThreshold));
}

function readBuckets(reader: MessageReader, buckets: ExponentialBuckets): void {
  const outer = reader.enter();
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    if (tag === 0x08) buckets.offset = zigzag(reader.varint32());
    else if (tag === 0x12) forEachPacked(reader, () => buckets.counts.push(varint(reader)));
    else if (tag === 0x10) buckets.counts.push(varint(reader));
    else reader.skip(tag);
  }
  reader.leave(outer);
}

/**
 * Bucket `i` of the positive ones holds what lies above `base ** i`, up to `base ** (i + 1)`, where `base` is
 * `2 ** (2 ** -scale)`; the negative ones mirror them.
 */
function explicitBuckets(
  scale: number,
  positive: ExponentialBuckets,
  negative: ExponentialBuckets,
  zeroCount: number,
  zeroThreshold: number,
): Distribution {
  const power = (index: number): number => 2 ** (index * 2 ** -scale);
  const bounds: number[] = [];
  const counts: number[] = [];
  let pending = 0;
  const close = (bound: number, count: number): void => {
    pending += count;
    // Neighbours that a double does not tell apart, and those beyond what it holds, are one bucket.
    if (!Number.isFinite(bound) || bound <= (bounds.at(-1) ?? Number.NEGATIVE_INFINITY)) return;
    bounds.push(bound);
    counts.push(pending);
    pending = 0;
  };
  for (let index = negative.counts.length - 1; index >= 0; index--) {
    close(-power(negative.offset + index), negative.counts[index]!);
  }
  close(zeroThreshold, zeroCount);
  if (positive.counts.length > 0) close(power(positive.offset), 0);
  for (const [index, count] of positive.counts.entries()) close(power(positive.offset + index + 1), count);
  counts.push(pending);
  return { bounds, counts };
}

function forEachPacked(reader: MessageReader, visit: () => void): void {
  const outer = reader.enter();
  while (reader.position < reader.end) visit();
  reader.leave(outer);
}

function fixed64(reader: MessageReader): number {
  const low = reader.fixed32();
  return uint64Number(low, reader.fixed32());
}

function varint(reader: MessageReader): number {
  const low = reader.varint64();
  return uint64Number(low, reader.high);
}

function double(reader: MessageReader, body: Buffer): number {
  reader.fixed32();
  reader.fixed32();
  return doubleAt(body, reader.position - 8);
}

function zigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}
