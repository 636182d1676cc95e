import { crc32c, type DiskFile } from '@holdfast/core';
import { type FoundSlots, Slots, slotsBytes } from './slots.ts';
import { viewOf } from './whole-numbers.ts';

/**
 * A snapshot's file: two slots (how much is durable, and whether it is complete), the head (which never changes), then
 * the data in blocks, each followed by its checksum.
 */
export interface SnapshotHeader {
  readonly description: Uint8Array;
  /** Goes into the checksums of the blocks. */
  readonly salt: number;
}

/** What a snapshot's slots say. */
export interface SnapshotProgress {
  /** Bytes of data that are durable. */
  readonly size: number;
  /** Counts the commits of a journal; 0 while it is unfinished. */
  readonly commit: number;
  /** Checksum of the data in the last block, which may go on. */
  readonly lastBlock: number;
}

export interface FoundSnapshot {
  readonly header: SnapshotHeader;
  readonly slots: Slots;
  readonly progress: SnapshotProgress;
}

/** Bytes of data in a block. */
export const blockDataBytes = 65_532;
export const checksumBytes = 4;
export const descriptionBytesMax = 65_536;
const headBytes = 20;
const pageBytes = 4_096;
const magic = 0x48465353; // 'HFSS'
const version = 1;

/** The head and both slots of a snapshot that has no data yet. The head is `checksum | magic | version | salt | length`. */
export function encodeSnapshotHeader({ description, salt }: SnapshotHeader): Uint8Array {
  const bytes = new Uint8Array(dataOffset(description.length));
  bytes.set(Slots.begin([0, 0, 0, 0, 0, 0]));
  const head = bytes.subarray(slotsBytes);
  const view = viewOf(head);
  for (const [index, word] of [magic, version, salt, description.length].entries()) {
    view.setUint32(4 + 4 * index, word);
  }
  head.set(description, headBytes);
  view.setUint32(0, crc32c(head.subarray(4)));
  return bytes;
}

/** Undefined when it is damaged, or of another version. */
export async function readSnapshotHeader(file: DiskFile): Promise<FoundSnapshot | undefined> {
  const found: FoundSlots | undefined = await Slots.read(file, 0);
  const begin = await file.read(slotsBytes, headBytes);
  if (found === undefined || begin.length < headBytes) return undefined;
  const length = viewOf(begin).getUint32(16);
  if (length > descriptionBytesMax) return undefined;
  const head = await file.read(slotsBytes, dataOffset(length) - slotsBytes);
  const view = viewOf(head);
  const valid = view.getUint32(0) === crc32c(head.subarray(4)) && view.getUint32(4) === magic;
  if (!valid || view.getUint32(8) !== version) return undefined;
  const description = head.slice(headBytes, headBytes + length);
  const [size, commit, lastBlock] = found.values;
  return {
    header: { description, salt: view.getUint32(12) },
    slots: found.slots,
    progress: { size, commit, lastBlock },
  };
}

/** Where the data begins. */
export function dataOffset(descriptionBytes: number): number {
  return slotsBytes + Math.ceil((headBytes + descriptionBytes) / pageBytes) * pageBytes;
}

/** Where block `index` begins, from {@link dataOffset} on. */
export function blockOffset(index: number): number {
  return index * (blockDataBytes + checksumBytes);
}

export function blockChecksum(bytes: Uint8Array, length: number, salt: number, index: number): number {
  return crc32c(bytes.subarray(0, length), (salt + index) >>> 0);
}
