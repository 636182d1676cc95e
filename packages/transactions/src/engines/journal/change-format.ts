import type { NewRun } from '../../ledger/ledger-engine.ts';
import type { RunChange, RunStatus } from '../../ledger/run.ts';
import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';

/** Begins each record of the journal, together with the version. */
const magic: readonly number[] = [0x48, 0x46, 0x4c];
export const formatVersion = 1;

/** What a change is, in its first byte. */
const kinds = { found: 0, create: 1, append: 2, post: 3, claim: 4, release: 5, forget: 6 } as const;

/** Statuses by the number that stands for them; 0 stands for none. */
export const statuses: readonly (RunStatus | undefined)[] = [undefined, 'running', 'stuck', 'ended'];
const statusBits = 3;
const noteBit = 4;
const consumedBit = 8;

/** The head of a record. @param wall - milliseconds, the time of its changes. */
export function writeHead(writer: ByteWriter, wall: number): void {
  for (const byte of magic) writer.byte(byte);
  writer.byte(formatVersion);
  writer.number(Math.max(0, Math.floor(wall)));
}

/** `foreign`: it is no record of a ledger; a number: the version that it is of. */
export function readHead(reader: ByteReader): { readonly wall: number } | 'foreign' | number {
  for (const byte of magic) if (reader.byte() !== byte) return 'foreign';
  const version = reader.byte();
  return version === formatVersion ? { wall: reader.number() } : version;
}

/** The first change of all. */
export function writeFound(writer: ByteWriter, ledgerId: string): void {
  writer.byte(kinds.found);
  writer.text(ledgerId);
}

export function writeCreate(writer: ByteWriter, run: NewRun): void {
  writer.byte(kinds.create);
  writer.text(run.id);
  writer.text(run.type);
  writer.number(run.version);
  writeRecords(writer, run.records);
}

export function writeAppend(
  writer: ByteWriter,
  handle: number,
  records: readonly Uint8Array[],
  change: RunChange | undefined,
): void {
  const { status, note, consumed } = change ?? unchanged;
  const consumes = consumed !== undefined && consumed.length > 0;
  writer.byte(kinds.append);
  writer.number(handle);
  writer.byte(statuses.indexOf(status) | (note === undefined ? 0 : noteBit) | (consumes ? consumedBit : 0));
  if (note !== undefined) writer.text(note);
  if (consumes) {
    writer.number(consumed.length);
    for (const sequence of consumed) writer.number(sequence);
  }
  writeRecords(writer, records);
}

export function writePost(writer: ByteWriter, handle: number, message: Uint8Array): void {
  writer.byte(kinds.post);
  writer.number(handle);
  writer.block(message);
}

export function writeClaim(writer: ByteWriter, handle: number, key: string): void {
  writer.byte(kinds.claim);
  writer.number(handle);
  writer.text(key);
}

export function writeRelease(writer: ByteWriter, handle: number, key: string): void {
  writer.byte(kinds.release);
  writer.number(handle);
  writer.text(key);
}

export function writeForget(writer: ByteWriter, handle: number): void {
  writer.byte(kinds.forget);
  writer.number(handle);
}

/** Whom the changes of a record are read to. */
export interface ChangeSink {
  found(ledgerId: string): void;
  create(run: NewRun): void;
  append(handle: number, records: readonly Uint8Array[], change: RunChange): void;
  post(handle: number, message: Uint8Array): void;
  claim(handle: number, key: string): void;
  release(handle: number, key: string): void;
  forget(handle: number): void;
}

/** Reads the next change. @throws RangeError when it is none. */
export function readChange(reader: ByteReader, sink: ChangeSink): void {
  const kind = reader.byte();
  if (kind === kinds.create) {
    sink.create(readNewRun(reader));
  } else if (kind === kinds.append) {
    const handle = reader.number();
    const change = readRunChange(reader);
    sink.append(handle, readRecords(reader), change);
  } else if (kind === kinds.post) {
    sink.post(reader.number(), reader.block());
  } else if (kind === kinds.claim) {
    sink.claim(reader.number(), reader.text());
  } else if (kind === kinds.release) {
    sink.release(reader.number(), reader.text());
  } else if (kind === kinds.forget) {
    sink.forget(reader.number());
  } else if (kind === kinds.found) {
    sink.found(reader.text());
  } else {
    throw new RangeError(`there is no change of kind ${kind}`);
  }
}

function readNewRun(reader: ByteReader): NewRun {
  const id = reader.text();
  const type = reader.text();
  const version = reader.number();
  return { id, type, version, records: readRecords(reader) };
}

function readRunChange(reader: ByteReader): RunChange {
  const flags = reader.byte();
  if (flags >= 16) throw new RangeError('a change has unknown flags');
  const note = (flags & noteBit) === 0 ? undefined : reader.text();
  let consumed: number[] | undefined;
  if ((flags & consumedBit) !== 0) {
    consumed = [];
    for (let left = reader.number(); left > 0; left--) consumed.push(reader.number());
  }
  return { status: statuses[flags & statusBits], note, consumed };
}

function writeRecords(writer: ByteWriter, records: readonly Uint8Array[]): void {
  writer.number(records.length);
  for (const record of records) writer.block(record);
}

function readRecords(reader: ByteReader): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let left = reader.number(); left > 0; left--) records.push(reader.block());
  return records;
}

const unchanged: RunChange = {};
