import type { Disk, DiskFile, Random } from '@holdfast/core';
import { segmentName, spareName } from './file-names.ts';
import { Segment } from './segment.ts';
import { encodeSegmentHeader } from './segment-header.ts';

const zeros: Uint8Array = new Uint8Array(1_048_576);

export interface SegmentSupplyOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly random: Random;
  readonly identity: number;
  readonly segmentBytes: number;
}

/**
 * Makes segments ahead of their use. A segment has its size, with zeros written to every byte, and its name, all of it
 * durable, before the first frame comes: then a flush has no metadata to write, a disk that gets full is noticed before a
 * record is taken, and what a crash tore can be told from what is damaged. The file of a segment that is not needed any
 * more is used again: its room on the disk is never given away.
 */
export class SegmentSupply {
  readonly #options: SegmentSupplyOptions;
  /** How far the spare file is not zeros; undefined when there is no spare file. */
  #spareDirtyEnd: number | undefined;

  constructor(options: SegmentSupplyOptions) {
    this.#options = options;
  }

  get hasSpare(): boolean {
    return this.#spareDirtyEnd !== undefined;
  }

  /** Takes the file of a segment, durably, to make another one of it. Nothing reads it any more. */
  async recycle(ordinal: number, dirtyEnd: number): Promise<void> {
    const { disk, directory } = this.#options;
    await disk.rename(`${directory}/${segmentName(ordinal)}`, `${directory}/${spareName}`);
    // Or else a crash might bring back the name, and with it a segment of zeros.
    await disk.syncDirectory(directory);
    this.#spareDirtyEnd = dirtyEnd;
  }

  /** Makes the segment `ordinal`. @throws HoldfastError DISK_FULL: it may be tried again; DISK_FAILED. */
  async make(ordinal: number): Promise<Segment> {
    const { disk, directory, random, identity, segmentBytes } = this.#options;
    const path = `${directory}/${spareName}`;
    const file = await disk.open(path, { create: true, durableWrites: true });
    try {
      await this.#clear(file);
      const header = { identity, ordinal, salt: random.uint32(), size: segmentBytes };
      await file.write(0, encodeSegmentHeader(header));
      await disk.rename(path, `${directory}/${segmentName(ordinal)}`);
      this.#spareDirtyEnd = undefined;
      await disk.syncDirectory(directory);
      return new Segment(header, file);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Gives back what an attempt to make a segment has taken of a full disk: a snapshot may need it. */
  async dropUnfinished(): Promise<void> {
    if (this.#spareDirtyEnd !== undefined) return;
    const { disk, directory } = this.#options;
    if ((await disk.list(directory)).includes(spareName)) await disk.remove(`${directory}/${spareName}`);
  }

  async #clear(file: DiskFile): Promise<void> {
    const { segmentBytes } = this.#options;
    const [known, size] = [this.#spareDirtyEnd, await file.size()];
    if (size > segmentBytes) {
      await file.truncate(segmentBytes);
      await file.sync();
    }
    const written = known === undefined ? 0 : Math.min(size, segmentBytes);
    await writeZeros(file, 0, Math.min(known ?? 0, segmentBytes));
    await writeZeros(file, written, segmentBytes);
  }
}

/**
 * Writes zeros to `[from, to)` of `file`, whose writes are durable. They come to the disk piece by piece: a flush of many at once would hold up the
 * flushes of those who append meanwhile.
 */
export async function writeZeros(file: DiskFile, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += zeros.length) {
    await file.write(at, zeros.subarray(0, Math.min(zeros.length, to - at)));
  }
}
