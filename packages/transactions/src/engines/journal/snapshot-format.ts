import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import type { KeyClaim } from '../key-lines.ts';
import { PackedRecords } from '../packed-records.ts';
import { TableRun } from '../table-run.ts';
import { readHead, statuses, writeHead } from './change-format.ts';
import type { UniqueTexts } from './unique-texts.ts';

/** What a snapshot says of itself before it is read. */
export interface SnapshotHead {
  readonly ledgerId: string;
  /** Of the journal: the first that it does not stand for. */
  readonly position: number;
  readonly nextHandle: number;
  readonly nextTicket: number;
}

export function writeSnapshotHead(writer: ByteWriter, head: SnapshotHead, wall: number): void {
  writeHead(writer, wall);
  writer.text(head.ledgerId);
  writer.number(head.position);
  writer.number(head.nextHandle);
  writer.number(head.nextTicket);
}

/** How many runs there were, where the number of a run would be 0. */
export function writeSnapshotEnd(writer: ByteWriter, count: number): void {
  writer.number(0);
  writer.number(count);
}

export function isRun(block: Uint8Array): boolean {
  return block[0] !== 0;
}

export function readSnapshotEnd(reader: ByteReader): number {
  reader.number();
  return reader.number();
}

/** `foreign`, or the version that it is of, where it cannot be read. @throws RangeError when it is damaged. */
export function readSnapshotHead(reader: ByteReader): SnapshotHead | 'foreign' | number {
  const head = readHead(reader);
  if (typeof head !== 'object') return head;
  const ledgerId = reader.text();
  return {
    ledgerId,
    position: reader.number(),
    nextHandle: reader.number(),
    nextTicket: reader.number(),
  };
}

export function writeRun(writer: ByteWriter, run: TableRun): void {
  writer.number(run.handle);
  writer.text(run.id);
  writer.text(run.type);
  writer.number(run.version);
  writer.number(Math.max(0, run.createdAt));
  writer.number(Math.max(0, run.changedAt));
  writer.byte(statuses.indexOf(run.status));
  writer.text(run.note ?? '');
  writer.number(run.nextSequence);
  const messages = run.messages ?? [];
  writer.number(messages.length);
  for (const { sequence, bytes } of messages) {
    writer.number(sequence);
    writer.block(bytes);
  }
  const claims = run.claims ?? [];
  writer.number(claims.length);
  for (const { key, ticket } of claims) {
    writer.text(key);
    writer.number(ticket);
  }
  const { packed, recordCount } = run;
  writer.number(recordCount);
  if (packed !== undefined) writer.raw(packed.bytes);
  const records = packed === undefined ? run.records : run.records.slice(packed.count);
  for (const record of records) writer.block(record);
}

export interface ReadRun {
  readonly run: TableRun;
  /** They are in no line yet. */
  readonly claims: readonly KeyClaim[];
}

/** @throws RangeError when it is none. */
export function readRun(reader: ByteReader, types: UniqueTexts): ReadRun {
  const handle = reader.number();
  const id = reader.text();
  const type = types.one(reader.text());
  const version = reader.number();
  const [createdAt, changedAt] = [reader.number(), reader.number()];
  const run = new TableRun(handle, { id, type, version, records: [] }, createdAt);
  run.changedAt = changedAt;
  const status = statuses[reader.byte()];
  if (status === undefined) throw new RangeError('a run has an unknown status');
  run.status = status;
  run.note = reader.text() || undefined;
  run.nextSequence = reader.number();
  for (let left = reader.number(); left > 0; left--) {
    run.messages ??= [];
    run.messages.push({ sequence: reader.number(), bytes: reader.block() });
  }
  const claims: KeyClaim[] = [];
  for (let left = reader.number(); left > 0; left--) {
    claims.push({ run, key: reader.text(), ticket: reader.number() });
  }
  run.packed = new PackedRecords(reader.number(), reader.rest());
  return { run, claims };
}
