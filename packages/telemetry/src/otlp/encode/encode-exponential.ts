import type { MessageWriter } from '@holdfast/transport/protobuf';
import type { BucketCounts } from '../../metrics/bucket-range.ts';
import type { ExponentialPoint } from '../../metrics/metric-points.ts';
import { doubleJson, keyValuesJson, writeKeyValues } from './any-value.ts';
import { exemplarsJson, writeExemplars } from './encode-exemplars.ts';
import { writeDouble, writeFixed64 } from './wire-values.ts';

/** The fields of an exponential histogram's point but its times. */
export function writeExponential(writer: MessageWriter, point: ExponentialPoint): void {
  const { attributes, exemplars, max, min, negative, positive, scale, sum, zeroCount } = point;
  writeKeyValues(writer, 0x0a, attributes);
  writer.varint(0x21);
  writeFixed64(writer, countOf(point));
  writer.varint(0x29);
  writeDouble(writer, sum);
  writer.varint(0x30);
  writer.varint(zigzag(scale));
  writer.varint(0x39);
  writeFixed64(writer, zeroCount);
  writeBuckets(writer, 0x42, positive);
  writeBuckets(writer, 0x4a, negative);
  writeExemplars(writer, 0x5a, exemplars);
  if (min !== undefined) {
    writer.varint(0x61);
    writeDouble(writer, min);
  }
  if (max !== undefined) {
    writer.varint(0x69);
    writeDouble(writer, max);
  }
}

/** The same in OTLP's JSON. */
export function exponentialPointJson(point: ExponentialPoint): object {
  const { attributes, exemplars, max, min, negative, positive, scale, sum, zeroCount } = point;
  return {
    count: `${countOf(point)}`,
    sum: doubleJson(sum),
    scale,
    zeroCount: `${zeroCount}`,
    positive: bucketsJson(positive),
    negative: bucketsJson(negative),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...exemplarsJson(exemplars),
    attributes: keyValuesJson(attributes),
  };
}

function writeBuckets(writer: MessageWriter, tag: number, { counts, offset }: BucketCounts): void {
  writer.varint(tag);
  const buckets = writer.openLength(2);
  writer.varint(0x08);
  writer.varint(zigzag(offset));
  writer.varint(0x12);
  const opened = writer.openLength(2);
  for (const count of counts) writer.varint(count);
  writer.closeLength(opened, 2);
  writer.closeLength(buckets, 2);
}

function bucketsJson({ counts, offset }: BucketCounts): object {
  return { offset, bucketCounts: Array.from(counts, (count) => `${count}`) };
}

function countOf({ negative, positive, zeroCount }: ExponentialPoint): number {
  return positive.counts.reduce(add, 0) + negative.counts.reduce(add, 0) + zeroCount;
}

function add(sum: number, count: number): number {
  return sum + count;
}

/** A signed integer of 32 bits as protobuf's `sint32` has it. */
function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}
