import type { Entry } from '@holdfast/coordination';
import type { RunStatus, RunSummary } from '../../ledger/run.ts';
import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';

/** What a run is, without its records: JSON in the store, so that an operator can read it there. */
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

export function headBytes(head: RunHead): Uint8Array {
  return encoder.encode(JSON.stringify(head));
}

export function readHead({ value }: Entry): RunHead {
  return JSON.parse(decoder.decode(value)) as RunHead;
}

/** @param lastRecordsAt - when the newest of its records were added. */
export function summaryOf(head: RunHead, lastRecordsAt: number): RunSummary {
  const { id, type, version, status, note, createdAt, changedAt } = head;
  return { id, type, version, status, note, createdAt, changedAt: Math.max(changedAt, lastRecordsAt) };
}

/** The records of one append, as one value: when they were added, then each as a block. */
export function recordsBytes(records: readonly Uint8Array[], wall: number): Uint8Array {
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
  const records: Uint8Array[] = [];
  while (!reader.atEnd) records.push(reader.block());
  return records;
}

const writer = new ByteWriter();
const encoder = new TextEncoder();
const decoder = new TextDecoder();
