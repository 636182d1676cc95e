import { type Disk, type DiskFile, invalidArgument, type Random } from '@holdfast/core';
import { asStorageError, journalClosed } from '../journal-errors.ts';
import { checkSnapshotId, snapshotDamaged, snapshotExists, snapshotNotFound } from '../snapshot-errors.ts';
import type { SnapshotInfo, SnapshotReader, SnapshotStore, SnapshotWriter } from '../snapshot-store.ts';
import { snapshotId, snapshotName, unfinishedId, unfinishedName } from './file-names.ts';
import { SnapshotFileReader } from './snapshot-file-reader.ts';
import { SnapshotFileWriter, type WriterStore } from './snapshot-file-writer.ts';
import {
  descriptionBytesMax,
  encodeSnapshotHeader,
  type FoundSnapshot,
  readSnapshotHeader,
} from './snapshot-header.ts';

interface Committed {
  readonly info: SnapshotInfo;
  readonly commit: number;
}

/** The snapshots beside a journal: a file each, which gets another name when it is committed. */
export class FileSnapshots implements SnapshotStore {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #random: Random;
  /** In the order of their commits. */
  readonly #committed: Committed[] = [];
  readonly #unfinished = new Map<string, SnapshotInfo>();
  /** Files that have the name of a complete snapshot, and are none. */
  readonly #damaged = new Set<string>();
  readonly #writers = new Map<string, SnapshotFileWriter | undefined>();
  readonly #readers = new Set<SnapshotFileReader>();
  #lastCommit = 0;
  #closed = false;

  private constructor(disk: Disk, directory: string, random: Random) {
    this.#disk = disk;
    this.#directory = directory;
    this.#random = random;
  }

  /** Finds what is there. What cannot be gone on with is removed; what is damaged is kept, and not listed. */
  static async open(
    disk: Disk,
    directory: string,
    names: readonly string[],
    random: Random,
  ): Promise<FileSnapshots> {
    const store = new FileSnapshots(disk, directory, random);
    let renamed = false;
    for (const name of names) {
      const [id, begun] = [snapshotId(name), unfinishedId(name)];
      if (id !== undefined) await store.#findCommitted(id);
      if (begun !== undefined) renamed = (await store.#findUnfinished(begun)) || renamed;
    }
    if (renamed) await disk.syncDirectory(directory);
    store.#committed.sort((one, other) => one.commit - other.commit);
    store.#lastCommit = store.#committed.at(-1)?.commit ?? 0;
    return store;
  }

  list(): readonly SnapshotInfo[] {
    return this.#committed.map(({ info }) => info);
  }

  unfinished(): readonly SnapshotInfo[] {
    return [...this.#unfinished.values()];
  }

  async write(id: string, description: Uint8Array): Promise<SnapshotWriter> {
    checkSnapshotId(id);
    if (description.length > descriptionBytesMax) {
      throw invalidArgument('description', description.length, `${descriptionBytesMax} bytes at most`);
    }
    this.#checkOpen();
    if (this.#writers.has(id)) throw snapshotExists(id, 'is being written');
    if (this.#find(id) !== undefined || this.#damaged.has(id)) throw snapshotExists(id, 'is complete');
    this.#writers.set(id, undefined);
    try {
      const writer = (await this.#resume(id, description)) ?? (await this.#begin(id, description));
      this.#writers.set(id, writer);
      return writer;
    } catch (error) {
      this.#writers.delete(id);
      throw asStorageError(`writing snapshot ${id}`, error);
    }
  }

  async open(id: string): Promise<SnapshotReader> {
    checkSnapshotId(id);
    this.#checkOpen();
    if (this.#damaged.has(id)) throw snapshotDamaged(id, 0);
    const info = this.#find(id)?.info;
    if (info === undefined) throw snapshotNotFound(id);
    try {
      return await this.#openReader(info);
    } catch (error) {
      throw asStorageError(`reading snapshot ${id}`, error);
    }
  }

  async remove(id: string): Promise<void> {
    checkSnapshotId(id);
    this.#checkOpen();
    if (this.#writers.has(id)) throw snapshotExists(id, 'is being written: close its writer first');
    const complete = this.#find(id);
    const name = complete || this.#damaged.has(id) ? snapshotName(id) : unfinishedName(id);
    if (complete === undefined && !this.#damaged.has(id) && !this.#unfinished.has(id)) return;
    if (complete !== undefined) this.#committed.splice(this.#committed.indexOf(complete), 1);
    this.#damaged.delete(id);
    this.#unfinished.delete(id);
    try {
      await this.#disk.remove(this.#path(name));
      await this.#disk.syncDirectory(this.#directory);
    } catch (error) {
      throw asStorageError(`removing snapshot ${id}`, error);
    }
  }

  /** Closes what is open. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const reader of [...this.#readers]) await reader.close();
    for (const writer of [...this.#writers.values()]) await writer?.close();
  }

  async #findCommitted(id: string): Promise<void> {
    const found = await this.#readHeader(snapshotName(id));
    if (found === undefined || found.progress.commit === 0) this.#damaged.add(id);
    else this.#addCommitted(id, found);
  }

  /** Takes note of an unfinished one, or of one that lacks nothing but its name. Whether it got that now. */
  async #findUnfinished(id: string): Promise<boolean> {
    const found = await this.#readHeader(unfinishedName(id));
    if (found === undefined) {
      await this.#disk.remove(this.#path(unfinishedName(id)));
      return false;
    }
    if (found.progress.commit > 0) {
      this.#addCommitted(id, found);
      await this.#disk.rename(this.#path(unfinishedName(id)), this.#path(snapshotName(id)));
      return true;
    }
    this.#unfinished.set(id, infoOf(id, found));
    return false;
  }

  async #openReader(info: SnapshotInfo): Promise<SnapshotReader> {
    const { id } = info;
    const file = await this.#disk.open(this.#path(snapshotName(id)));
    try {
      const found = await readSnapshotHeader(file);
      if (found === undefined || found.progress.size !== info.size) throw snapshotDamaged(id, 0);
      const reader: SnapshotFileReader = new SnapshotFileReader(info, found.header.salt, file, () =>
        this.#readers.delete(reader),
      );
      this.#readers.add(reader);
      return reader;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  #addCommitted(id: string, found: FoundSnapshot): void {
    this.#committed.push({ info: infoOf(id, found), commit: found.progress.commit });
  }

  async #readHeader(name: string): Promise<FoundSnapshot | undefined> {
    const file = await this.#disk.open(this.#path(name));
    try {
      return await readSnapshotHeader(file);
    } finally {
      await file.close();
    }
  }

  /** Goes on with an unfinished one of the same description. */
  async #resume(id: string, description: Uint8Array): Promise<SnapshotFileWriter | undefined> {
    const known = this.#unfinished.get(id);
    if (known === undefined || !sameBytes(known.description, description)) return undefined;
    const file = await this.#disk.open(this.#path(unfinishedName(id)));
    try {
      const found = await readSnapshotHeader(file);
      const writer =
        found && (await SnapshotFileWriter.resume(id, found, file, this.#storeOf(id, description)));
      if (writer === undefined) await file.close();
      return writer;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Begins one, in place of any unfinished one. Its head and name are durable when it resolves. */
  async #begin(id: string, description: Uint8Array): Promise<SnapshotFileWriter> {
    const path = this.#path(unfinishedName(id));
    if (this.#unfinished.delete(id)) await this.#disk.remove(path);
    const file: DiskFile = await this.#disk.open(path, { create: true });
    try {
      await file.truncate(0);
      const kept = description.slice();
      await file.write(0, encodeSnapshotHeader({ description: kept, salt: this.#random.uint32() }));
      await file.sync();
      await this.#disk.syncDirectory(this.#directory);
      const found = (await readSnapshotHeader(file))!;
      this.#unfinished.set(id, infoOf(id, found));
      return (await SnapshotFileWriter.resume(id, found, file, this.#storeOf(id, kept)))!;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  #storeOf(id: string, description: Uint8Array): WriterStore {
    return {
      nextCommit: () => ++this.#lastCommit,
      committed: async (info, commit) => {
        await this.#disk.rename(this.#path(unfinishedName(id)), this.#path(snapshotName(id)));
        await this.#disk.syncDirectory(this.#directory);
        this.#unfinished.delete(id);
        this.#writers.delete(id);
        this.#committed.push({ info, commit });
      },
      closed: (size) => {
        this.#writers.delete(id);
        this.#unfinished.set(id, { id, description, size });
      },
    };
  }

  #find(id: string): Committed | undefined {
    return this.#committed.find(({ info }) => info.id === id);
  }

  #path(name: string): string {
    return `${this.#directory}/${name}`;
  }

  #checkOpen(): void {
    if (this.#closed) throw journalClosed();
  }
}

function infoOf(id: string, { header, progress }: FoundSnapshot): SnapshotInfo {
  return { id, description: header.description, size: progress.size };
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
