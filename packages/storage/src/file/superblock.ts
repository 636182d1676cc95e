import type { Disk, DiskFile } from '@holdfast/core';
import { journalFailed, journalFenced } from '../journal-errors.ts';
import { superblockDraftName, superblockName } from './file-names.ts';
import { type FoundSlots, Slots, slotsBytes } from './slots.ts';

/** What a journal says of itself as a whole. */
export interface Superblock {
  /** Told apart from other journals by this number. */
  readonly identity: number;
  /** That of the latest opening; 0 when there was none yet. */
  readonly epoch: number;
  /** Segments before this one do not count any more. 0 when no segment was ever made. */
  readonly firstSegment: number;
  /** The position that the first record in it has. */
  readonly firstPosition: number;
}

/** The version of the format that is described in the README of this package. */
const version = 1;

/**
 * The file that is written when the journal is opened (its epoch) and when it is compacted (what is kept). These are
 * written apart from each other, for the epoch is how a later owner tells an earlier one that its time is over: nothing
 * that the earlier one writes may take that back.
 */
export class SuperblockFile {
  readonly #file: DiskFile;
  readonly #epochs: FoundSlots;
  readonly #kept: FoundSlots;
  readonly found: Superblock;
  readonly #epoch: number;

  private constructor(file: DiskFile, epochs: FoundSlots, kept: FoundSlots) {
    this.#file = file;
    this.#epochs = epochs;
    this.#kept = kept;
    const [identity, epoch] = epochs.values;
    const [firstSegment, firstPosition] = kept.values;
    this.found = { identity, epoch, firstSegment, firstPosition };
    // The other slot may have said that the next epoch had begun.
    this.#epoch = epoch + (epochs.otherBroken ? 2 : 1);
  }

  /** Makes the file of a new journal durable, under its name. */
  static async create(disk: Disk, directory: string, identity: number): Promise<void> {
    const draft = `${directory}/${superblockDraftName}`;
    const file = await disk.open(draft, { create: true });
    try {
      await file.write(0, Slots.begin([identity, 0, version, 0, 0, 0]));
      await file.write(slotsBytes, Slots.begin([0, 0, 0, 0, 0, 0]));
      await file.sync();
    } finally {
      await file.close();
    }
    await disk.rename(draft, `${directory}/${superblockName}`);
    await disk.syncDirectory(directory);
  }

  /** Opens the file; undefined when it does not hold what a superblock has to. */
  static async open(disk: Disk, directory: string): Promise<SuperblockFile | undefined> {
    const file = await disk.open(`${directory}/${superblockName}`);
    const [epochs, kept] = [await Slots.read(file, 0), await Slots.read(file, slotsBytes)];
    if (epochs !== undefined && kept !== undefined && epochs.values[2] === version) {
      return new SuperblockFile(file, epochs, kept);
    }
    await file.close();
    return undefined;
  }

  /** Begins the next epoch, and returns it once it is durable. Writers of earlier ones are fenced from then on. */
  async beginEpoch(): Promise<number> {
    await this.#epochs.slots.write([this.found.identity, this.#epoch, version, 0, 0, 0]);
    return this.#epoch;
  }

  /** @throws HoldfastError JOURNAL_FENCED when another epoch has begun since; JOURNAL_FAILED when that cannot be told. */
  async checkFence(): Promise<void> {
    const next = await this.#epochs.slots.nextSlot();
    if (next === 'written') throw journalFenced(this.#epoch);
    if (next === 'broken')
      throw journalFailed(`${superblockName} is damaged where a later epoch would stand: a write`);
  }

  /** Says durably which segment is the first one that counts. */
  keep(firstSegment: number, firstPosition: number): Promise<void> {
    return this.#kept.slots.write([firstSegment, firstPosition, 0, 0, 0, 0]);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
