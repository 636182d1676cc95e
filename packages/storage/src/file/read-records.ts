import { assert, type Disk, isHoldfastError } from '@holdfast/core';
import type { JournalRecord } from '../journal.ts';
import { asStorageError, type Damage, journalCompacted, journalDamaged } from '../journal-errors.ts';
import { segmentName } from './file-names.ts';
import { FileWindow } from './file-window.ts';
import {
  decodeFrameHeader,
  type FrameHeader,
  frameBytes,
  frameHeaderBytes,
  isWhole,
  recordHeaderBytes,
} from './frame.ts';
import type { Segment } from './segment.ts';
import { segmentHeaderBytes } from './segment-header.ts';
import { viewOf } from './whole-numbers.ts';

/** What a read needs to know of the journal, as it is at the moment of asking. */
export interface ReadableLog {
  readonly disk: Disk;
  readonly directory: string;
  readonly firstPosition: number;
  readonly durablePosition: number;
  /** Throws when the journal is closed. */
  checkOpen(): void;
  /** The segment that has `position`. @throws HoldfastError JOURNAL_COMPACTED. */
  segmentOf(position: number): Segment;
}

const pieceBytes = 262_144;

/** The durable records from `from` on. Every frame is checked once more. */
export async function* readRecords(log: ReadableLog, from: number): AsyncGenerator<JournalRecord, void> {
  let position = from;
  log.checkOpen();
  try {
    while (position < log.durablePosition) {
      for await (const record of recordsWithin(log, log.segmentOf(position), position)) {
        position = record.position + 1;
        yield record;
        log.checkOpen();
      }
    }
  } catch (error) {
    throw asStorageError('a read', error);
  }
}

/** Those within one segment, whose file is kept meanwhile. */
async function* recordsWithin(
  log: ReadableLog,
  segment: Segment,
  from: number,
): AsyncGenerator<JournalRecord, void> {
  segment.readers++;
  try {
    const path = `${log.directory}/${segmentName(segment.header.ordinal)}`;
    const file = await log.disk.open(path).catch((error: unknown) => {
      throw goneOr(error, log, from);
    });
    try {
      const window = new FileWindow(file, pieceBytes);
      let position = from;
      let offset = segment.index.offsetBefore(from) ?? segmentHeaderBytes;
      while (offset < segment.end) {
        const { header, bytes } = await readFrame(log, segment, window, offset, position);
        offset += bytes.length;
        position = Math.max(position, header.position + header.records);
        for (const record of recordsOf(header, bytes)) if (record.position >= from) yield record;
      }
    } finally {
      await file.close();
    }
  } finally {
    segment.readers--;
  }
}

/** Its file is gone when it was compacted between two steps. */
function goneOr(error: unknown, { firstPosition }: ReadableLog, position: number): unknown {
  const gone = isHoldfastError(error) && error.code === 'FILE_NOT_FOUND' && position < firstPosition;
  return gone ? journalCompacted(position, firstPosition) : error;
}

async function readFrame(
  log: ReadableLog,
  { header: { ordinal, salt }, end }: Segment,
  window: FileWindow,
  offset: number,
  position: number,
): Promise<{ readonly header: FrameHeader; readonly bytes: Uint8Array }> {
  const damaged = (what: string): Error => {
    const damage: Damage = { file: segmentName(ordinal), offset, position, what };
    return journalDamaged(log.directory, damage);
  };
  const head = window.peek(offset, frameHeaderBytes) ?? (await window.read(offset, frameHeaderBytes, end));
  const header = decodeFrameHeader(head, 0, salt);
  if (header === undefined || header.offset !== offset) throw damaged('the head of a frame is damaged');
  const length = frameBytes(header.bodyBytes);
  if (offset + length > end) throw damaged('a frame goes beyond what was written');
  const bytes = window.peek(offset, length) ?? (await window.read(offset, length, end));
  if (bytes.length < length || !isWhole(header, bytes, 0)) throw damaged('a frame is damaged');
  return { header, bytes };
}

function* recordsOf({ position, records }: FrameHeader, frame: Uint8Array): Generator<JournalRecord, void> {
  const view = viewOf(frame);
  let at = frameHeaderBytes;
  for (let index = 0; index < records; index++) {
    const begin = at + recordHeaderBytes;
    at = begin + view.getUint32(at);
    assert(at <= frame.length, 'the records of a whole frame lie within it');
    yield { position: position + index, bytes: frame.subarray(begin, at) };
  }
}
