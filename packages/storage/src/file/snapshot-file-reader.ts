import { type DiskFile, invalidArgument } from '@holdfast/core';
import { asStorageError } from '../journal-errors.ts';
import { snapshotDamaged } from '../snapshot-errors.ts';
import type { SnapshotInfo, SnapshotReader } from '../snapshot-store.ts';
import { blockChecksum, blockDataBytes, blockOffset, checksumBytes, dataOffset } from './snapshot-header.ts';
import { viewOf } from './whole-numbers.ts';

/** Blocks that are read at once. */
const pieceBlocks = 16;

/** Reads a committed snapshot, and checks every block that a read touches. */
export class SnapshotFileReader implements SnapshotReader {
  readonly info: SnapshotInfo;
  readonly #file: DiskFile;
  readonly #salt: number;
  readonly #closed: () => void;
  /** The block that was read last: small reads go through it one after the other. */
  #block: { readonly index: number; readonly data: Uint8Array } | undefined;

  constructor(info: SnapshotInfo, salt: number, file: DiskFile, closed: () => void) {
    this.info = info;
    this.#salt = salt;
    this.#file = file;
    this.#closed = closed;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    for (const [field, value] of Object.entries({ offset, length })) {
      if (!(Number.isSafeInteger(value) && value >= 0)) {
        throw invalidArgument(field, value, 'a whole number from 0');
      }
    }
    const end = Math.min(offset + length, this.info.size);
    const bytes = new Uint8Array(Math.max(0, end - offset));
    for (let at = offset; at < end; ) {
      const index = Math.floor(at / blockDataBytes);
      const last = Math.floor((end - 1) / blockDataBytes);
      if (this.#block?.index === index) {
        at = copy(this.#block.data, index, bytes, offset, at);
        continue;
      }
      for (const block of await this.#readBlocks(index, Math.min(last - index + 1, pieceBlocks))) {
        at = copy(block.data, block.index, bytes, offset, at);
        this.#block = block;
      }
    }
    return bytes;
  }

  async close(): Promise<void> {
    this.#block = undefined;
    await this.#file.close();
    this.#closed();
  }

  async #readBlocks(first: number, count: number): Promise<{ index: number; data: Uint8Array }[]> {
    const { id, size, description } = this.info;
    const begin = dataOffset(description.length) + blockOffset(first);
    const bytes = await this.#file.read(begin, blockOffset(count)).catch((error: unknown) => {
      throw asStorageError(`reading snapshot ${id}`, error);
    });
    return Array.from({ length: count }, (_, number) => {
      const index = first + number;
      const length = Math.min(blockDataBytes, size - index * blockDataBytes);
      const block = bytes.subarray(blockOffset(number), blockOffset(number) + length + checksumBytes);
      const whole =
        block.length === length + checksumBytes &&
        viewOf(block).getUint32(length) === blockChecksum(block, length, this.#salt, index);
      if (!whole) throw snapshotDamaged(id, index * blockDataBytes);
      return { index, data: block.subarray(0, length) };
    });
  }
}

/** Copies what `into`, which begins at `offset`, wants of a block from `at` on; returns where it wants more. */
function copy(block: Uint8Array, index: number, into: Uint8Array, offset: number, at: number): number {
  const from = at - index * blockDataBytes;
  const length = Math.min(block.length - from, offset + into.length - at);
  into.set(block.subarray(from, from + length), at - offset);
  return at + length;
}
