import type { DiskFile } from '@holdfast/core';
import { frameAlignment } from './frame.ts';
import { type SegmentHeader, segmentHeaderBytes } from './segment-header.ts';
import { SparseIndex } from './sparse-index.ts';

/** One file of the log, as the journal keeps it in mind. */
export class Segment {
  readonly header: SegmentHeader;
  /** Open in the segment that is written, and in the next one. */
  file: DiskFile | undefined;
  /** Of its first record, once it has one. */
  firstPosition: number | undefined;
  /** What is durable ends here. */
  end: number = segmentHeaderBytes;
  readonly index: SparseIndex = new SparseIndex();
  /** How many reads are in it: while there are any, its file is not used again for another segment. */
  readers = 0;

  constructor(header: SegmentHeader, file: DiskFile | undefined) {
    this.header = header;
    this.file = file;
  }

  /** Takes note of a frame of `length` bytes behind the others. */
  add(position: number, length: number): void {
    this.firstPosition ??= position;
    this.index.add(position, this.end);
    this.end += length;
  }

  /** Bytes that the longest frame behind the others may have. */
  get room(): number {
    const room = this.header.size - this.end;
    return room - (room % frameAlignment);
  }
}
