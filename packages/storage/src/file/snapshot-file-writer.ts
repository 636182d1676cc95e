import { type DiskFile, type HoldfastError, invalidArgument } from '@holdfast/core';
import { asStorageError } from '../journal-errors.ts';
import type { SnapshotInfo, SnapshotWriter } from '../snapshot-store.ts';
import type { Slots } from './slots.ts';
import {
  blockChecksum,
  blockDataBytes,
  blockOffset,
  checksumBytes,
  dataOffset,
  type FoundSnapshot,
} from './snapshot-header.ts';
import { viewOf } from './whole-numbers.ts';

/** What the store does for a writer. */
export interface WriterStore {
  /** The number of the next commit. */
  nextCommit(): number;
  /** Gives the file, complete and durable, its name. */
  committed(info: SnapshotInfo, commit: number): Promise<void>;
  /** The file is closed; so much of it is durable. */
  closed(size: number): void;
}

/** Writes a snapshot block by block, with the memory of one. A write that fails ends it: what is durable stays. */
export class SnapshotFileWriter implements SnapshotWriter {
  readonly id: string;
  readonly #description: Uint8Array;
  readonly #file: DiskFile;
  readonly #slots: Slots;
  readonly #salt: number;
  readonly #store: WriterStore;
  readonly #block: Uint8Array = new Uint8Array(blockDataBytes + checksumBytes);
  /** Bytes taken, and how much of that is durable. */
  #taken: number;
  #durable: number;
  #failure: HoldfastError | undefined;
  #busy = false;
  #open = true;

  private constructor(
    id: string,
    { header, slots, progress }: FoundSnapshot,
    file: DiskFile,
    store: WriterStore,
  ) {
    this.id = id;
    this.#description = header.description;
    this.#salt = header.salt;
    this.#slots = slots;
    this.#file = file;
    this.#store = store;
    this.#taken = progress.size;
    this.#durable = progress.size;
  }

  /** Goes on after what is durable; undefined when that is not what was written. */
  static async resume(
    id: string,
    found: FoundSnapshot,
    file: DiskFile,
    store: WriterStore,
  ): Promise<SnapshotFileWriter | undefined> {
    const writer = new SnapshotFileWriter(id, found, file, store);
    const { size, lastBlock } = found.progress;
    const index = Math.floor(size / blockDataBytes);
    const length = size % blockDataBytes;
    const data = await file.read(writer.#placeOf(index), length);
    if (data.length < length || blockChecksum(data, length, found.header.salt, index) !== lastBlock) {
      if (length > 0) return undefined;
    }
    writer.#block.set(data);
    return writer;
  }

  get offset(): number {
    return this.#taken;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#exclusively(async () => {
      for (let at = 0; at < bytes.length; ) {
        const fill = this.#taken % blockDataBytes;
        const piece = bytes.subarray(at, at + blockDataBytes - fill);
        this.#block.set(piece, fill);
        at += piece.length;
        this.#taken += piece.length;
        if (fill + piece.length === blockDataBytes) await this.#writeBlock(this.#taken - blockDataBytes);
      }
    });
  }

  sync(): Promise<void> {
    return this.#exclusively(() => this.#makeDurable(0));
  }

  async commit(): Promise<SnapshotInfo> {
    const info = { id: this.id, description: this.#description, size: this.#taken };
    await this.#exclusively(async () => {
      const commit = this.#store.nextCommit();
      await this.#makeDurable(commit);
      await this.#store.committed(info, commit);
      this.#open = false;
      await this.#file.close();
    });
    return info;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#file.close();
    this.#store.closed(this.#durable);
  }

  async #makeDurable(commit: number): Promise<void> {
    const size = this.#taken;
    const fill = size % blockDataBytes;
    const index = Math.floor(size / blockDataBytes);
    if (fill > 0) await this.#writeBlock(size - fill, fill);
    await this.#file.sync();
    const lastBlock = blockChecksum(this.#block, fill, this.#salt, index);
    await this.#slots.write([size, commit, lastBlock, 0, 0, 0]);
    this.#durable = size;
  }

  /** Writes the block that begins at byte `offset` of the data, and its checksum. */
  async #writeBlock(offset: number, length: number = blockDataBytes): Promise<void> {
    const index = offset / blockDataBytes;
    const block = this.#block.subarray(0, length + checksumBytes);
    viewOf(block).setUint32(length, blockChecksum(block, length, this.#salt, index));
    await this.#file.write(this.#placeOf(index), block);
  }

  #placeOf(index: number): number {
    return dataOffset(this.#description.length) + blockOffset(index);
  }

  async #exclusively(work: () => Promise<void>): Promise<void> {
    if (!this.#open) throw invalidArgument('writer', this.id, 'one that is still open');
    if (this.#busy) throw invalidArgument('writer', this.id, 'one whose last call has ended');
    if (this.#failure !== undefined) throw this.#failure;
    this.#busy = true;
    try {
      await work();
    } catch (error) {
      this.#failure = asStorageError(`writing snapshot ${this.id}`, error);
      throw this.#failure;
    } finally {
      this.#busy = false;
    }
  }
}
