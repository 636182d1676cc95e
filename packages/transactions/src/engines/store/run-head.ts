import type { Entry } from '@holdfast/coordination';
import type { RunStatus, RunSummary } from '../../ledger/run.ts';
import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';

/** What a run is, without its records. */
export interface RunHead {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly status: RunStatus;
  readonly note?: string | undefined;
  readonly createdAt: number;
  /** When the head was written last. */
  readonly changedAt: number;
  /** Whose it is, or was at its end. */
  readonly worker: string;
}

/** Records that a head carries, so that a run is created, and ended, by writing that alone. */
export interface CarriedRecords {
  /** Those that it was created with. */
  readonly first: Records;
  /** Those that it ended with. */
  readonly last: Records;
}

type Records = readonly Uint8Array[];

/** Records of more bytes have a key of their own: heads are read many at a time. */
const carriedBytesMax = 2_048;

/** Splits records into those that a head can carry, and those that it cannot. */
export function carriedOf(records: Records): { readonly carried: Records; readonly rest: Records } {
  const bytes = records.reduce((sum, { length }) => sum + length, 0);
  return bytes <= carriedBytesMax ? { carried: records, rest: none } : { carried: none, rest: records };
}

/**
 * The head in JSON, so that an operator can read it in the store. Records that it carries follow after a line feed: how many
 * of them are the first, then each as a block.
 */
export function headBytes(
  head: RunHead,
  { first = none, last = none }: Partial<CarriedRecords> = {},
): Uint8Array {
  const json = encoder.encode(JSON.stringify(head));
  if (first.length + last.length === 0) return json;
  writer.clear();
  writer.raw(json);
  writer.byte(lineFeed);
  writer.number(first.length);
  for (const record of first) writer.block(record);
  for (const record of last) writer.block(record);
  return writer.bytes.slice();
}

export function readHead({ value }: Entry): RunHead {
  const end = value.indexOf(lineFeed);
  return JSON.parse(decoder.decode(end === -1 ? value : value.subarray(0, end))) as RunHead;
}

export function readCarried({ value }: Entry): CarriedRecords {
  const end = value.indexOf(lineFeed);
  if (end === -1) return { first: none, last: none };
  const reader = new ByteReader(value.subarray(end + 1));
  const count = reader.number();
  const records = blocksOf(reader);
  return { first: records.slice(0, count), last: records.slice(count) };
}

/** @param lastRecordsAt - when the newest of its records that have a key of their own were added. */
export function summaryOf(head: RunHead, lastRecordsAt: number): RunSummary {
  const { id, type, version, status, note, createdAt, changedAt } = head;
  return { id, type, version, status, note, createdAt, changedAt: Math.max(changedAt, lastRecordsAt) };
}

/** The records of one append, as one value: when they were added, then each as a block. */
export function recordsBytes(records: Records, wall: number): Uint8Array {
  writer.clear();
  writer.number(Math.floor(wall));
  for (const record of records) writer.block(record);
  return writer.bytes.slice();
}

export function readRecordsAt({ value }: Entry): number {
  return new ByteReader(value).number();
}

export function readRecords({ value }: Entry): Uint8Array[] {
  const reader = new ByteReader(value);
  reader.number();
  return blocksOf(reader);
}

function blocksOf(reader: ByteReader): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  while (!reader.atEnd) blocks.push(reader.block());
  return blocks;
}

const none: Records = [];
const lineFeed = 0x0a;
const writer = new ByteWriter();
const encoder = new TextEncoder();
const decoder = new TextDecoder();
