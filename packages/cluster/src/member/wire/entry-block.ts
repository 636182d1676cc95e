import type { Entry } from '@holdfast/raft';
import { type ByteReader, malformed } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { readConfiguration, writeConfiguration } from './configuration-codec.ts';

/** An entry of the log: its command is bytes. */
export type LogEntry = Entry<Uint8Array>;

const blank = 0;
const command = 1;
const configuration = 2;
const withheld = 3;
const kindBits = 3;
/** Set where the entry's term is another than that of the one before it. */
const newTerm = 4;

/** The least that an entry takes. */
const entryBytesMin = 1;

/**
 * Entries in their binary form, as it goes over the wire and into the journal: the first index, their number, and each
 * with its kind, its term where that changes, and its content.
 *
 * The block that was written or read last is remembered: what a leader sends to one follower it sends to the others too,
 * and writes to its journal; and what a follower receives, it writes.
 */
export class EntryBlocks {
  readonly #writer = new ByteWriter();
  #first: LogEntry | undefined = undefined;
  #last: LogEntry | undefined = undefined;
  #block: Uint8Array = new Uint8Array(0);

  encode(entries: readonly LogEntry[]): Uint8Array {
    const first = entries[0];
    const last = entries[entries.length - 1];
    if (first !== undefined && first === this.#first && last === this.#last) return this.#block;
    const writer = this.#writer;
    writer.expect(sizeOf(entries));
    writer.u48(first?.index ?? 0);
    writer.u32(entries.length);
    let term = 0;
    for (const entry of entries) {
      writeEntry(writer, entry, entry.term !== term);
      term = entry.term;
    }
    const block = writer.take();
    this.#remember(first, last, block);
    return block;
  }

  /** Reads a block; the commands are views of it. */
  decode(reader: ByteReader): LogEntry[] {
    const from = reader.position;
    const index = reader.u48();
    const entries: LogEntry[] = new Array(reader.count(entryBytesMin));
    let term = 0;
    for (let place = 0; place < entries.length; place++) {
      const head = reader.u8();
      if ((head & newTerm) !== 0) term = reader.u48();
      entries[place] = readEntry(reader, head & kindBits, index + place, term);
    }
    this.#remember(entries[0], entries[entries.length - 1], reader.bytes.subarray(from, reader.position));
    return entries;
  }

  #remember(first: LogEntry | undefined, last: LogEntry | undefined, block: Uint8Array): void {
    this.#first = first;
    this.#last = last;
    this.#block = block;
  }
}

function writeEntry(writer: ByteWriter, entry: LogEntry, termChanges: boolean): void {
  const flag = termChanges ? newTerm : 0;
  switch (entry.kind) {
    case 'command':
      writer.u8(command | flag);
      if (termChanges) writer.u48(entry.term);
      writer.sized(entry.command);
      return;
    case 'configuration':
      writer.u8(configuration | flag);
      if (termChanges) writer.u48(entry.term);
      writer.u32(entry.bytes);
      writeConfiguration(writer, entry.configuration);
      return;
    default:
      writer.u8((entry.kind === 'blank' ? blank : withheld) | flag);
      if (termChanges) writer.u48(entry.term);
  }
}

function readEntry(reader: ByteReader, kind: number, index: number, term: number): LogEntry {
  switch (kind) {
    case command: {
      const bytes = reader.sized();
      return { kind: 'command', index, term, bytes: bytes.length, command: bytes };
    }
    case configuration: {
      const bytes = reader.u32();
      return { kind: 'configuration', index, term, bytes, configuration: readConfiguration(reader) };
    }
    case blank:
      return { kind: 'blank', index, term, bytes: 0 };
    case withheld:
      return { kind: 'withheld', index, term, bytes: 0 };
    default:
      throw malformed(`an entry of kind ${kind}`);
  }
}

/** About how many bytes they take; never less but for configurations. */
function sizeOf(entries: readonly LogEntry[]): number {
  let bytes = 16;
  for (const entry of entries) bytes += entry.bytes + 11;
  return bytes;
}
