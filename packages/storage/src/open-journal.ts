import {
  type Disk,
  type Duration,
  invalidArgument,
  platformWorld,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import { FileJournal } from './file/file-journal.ts';
import { segmentOrdinal, superblockDraftName, superblockName } from './file/file-names.ts';
import { FileSnapshots } from './file/file-snapshots.ts';
import { frameBytes } from './file/frame.ts';
import { recoverLog, superblockDamage } from './file/recovery.ts';
import { segmentHeaderBytes } from './file/segment-header.ts';
import { SegmentSupply } from './file/segment-supply.ts';
import { SuperblockFile } from './file/superblock.ts';
import type { Journal } from './journal.ts';
import { asStorageError, journalDamaged } from './journal-errors.ts';

export interface JournalOptions {
  readonly disk: Disk;
  /** Where on the disk: the journal has this directory for itself. It is made where there is none. */
  readonly directory: string;
  /** Default the platform's. */
  readonly world?: World | undefined;
  /** Size of a segment file, a multiple of 512 from 1,024 to 1 GiB. No append is larger. Default 64 MiB. */
  readonly segmentBytes?: number | undefined;
  /** Bytes that may wait to be written; more are refused with JOURNAL_BUSY. Default 64 MiB. */
  readonly pendingBytesMax?: number | undefined;
  /**
   * Whether the caller sees to it that nobody else opens the journal while it is open here, as `ownFolder` of
   * `@holdfast/runtime` does. Then it does not look for a later epoch at each flush, which costs a read. Default false.
   */
  readonly exclusive?: boolean | undefined;
  /** How often a journal whose disk is full looks whether there is room again. Default '250ms'. */
  readonly fullInterval?: Duration | undefined;
}

/**
 * Opens the journal in a directory, or begins one there. Whoever has it open already is fenced: what it appends from now
 * on is not accepted any more.
 *
 * @throws HoldfastError JOURNAL_DAMAGED when what was durable is not what was written; JOURNAL_FULL, JOURNAL_FAILED when
 * the disk does not take or give what opening needs; INVALID_ARGUMENT.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { disk, directory, world = platformWorld() } = options;
  const { segmentBytes = 64 * 2 ** 20, pendingBytesMax = 64 * 2 ** 20, exclusive = false } = options;
  const { fullInterval = '250ms' } = options;
  if (!(segmentBytes % 512 === 0 && segmentBytes >= 1_024 && segmentBytes <= 2 ** 30)) {
    throw invalidArgument('segmentBytes', segmentBytes, 'a multiple of 512 from 1,024 to 1 GiB');
  }
  if (!(Number.isSafeInteger(pendingBytesMax) && pendingBytesMax > 0)) {
    throw invalidArgument('pendingBytesMax', pendingBytesMax, 'a whole number of bytes from 1');
  }
  if (directory === '') throw invalidArgument('directory', directory, 'a directory of its own on the disk');
  const interval = toPositiveMicros(fullInterval, 'fullInterval');
  try {
    const superblock = await openSuperblock(disk, directory, world);
    try {
      const { identity } = superblock.found;
      const epoch = await superblock.beginEpoch();
      const found = { ...superblock.found, epoch };
      const names = await disk.list(directory);
      const snapshots = await FileSnapshots.open(disk, directory, names, world.random);
      const supply = new SegmentSupply({ disk, directory, random: world.random, identity, segmentBytes });
      const log = await recoverLog({ disk, directory, superblock: found, supply }, names);
      if (log.segments.length === 0) {
        log.segments.push(await supply.make(Math.max(found.firstSegment, 1)));
        if (found.firstSegment === 0) await superblock.keep(1, 0);
      }
      return new FileJournal({
        disk,
        directory,
        world,
        epoch,
        exclusive,
        superblock,
        supply,
        snapshots,
        log,
        appendBytesMax: Math.min(pendingBytesMax, largestBody(segmentBytes)),
        pendingBytesMax,
        fullInterval: interval,
      });
    } catch (error) {
      await superblock.close();
      throw error;
    }
  } catch (error) {
    throw asStorageError(`opening ${directory}`, error);
  }
}

/** Bytes of the largest body whose frame fits in a segment that has no other one. */
function largestBody(segmentBytes: number): number {
  const room = segmentBytes - segmentHeaderBytes;
  return room - frameBytes(0);
}

async function openSuperblock(disk: Disk, directory: string, world: World): Promise<SuperblockFile> {
  await disk.makeDirectory(directory);
  const names = await disk.list(directory);
  const hasSegments = names.some((name) => segmentOrdinal(name) !== undefined);
  if (names.includes(superblockName)) {
    const found = await SuperblockFile.open(disk, directory);
    if (found === undefined) throw journalDamaged(directory, superblockDamage);
    // Where nobody has opened it yet, who knows whether its name is durable: the flush of it may have failed. With segments
    // somebody has: the slot that says so is rotten.
    if (found.found.epoch > 0 || hasSegments) return found;
    await found.close();
  } else if (hasSegments) {
    throw journalDamaged(directory, { ...superblockDamage, what: 'it is gone, and there are segments' });
  }
  if (names.includes(superblockDraftName)) await disk.remove(`${directory}/${superblockDraftName}`);
  await syncParents(disk, directory);
  await SuperblockFile.create(disk, directory, world.random.uint32());
  return (await SuperblockFile.open(disk, directory))!;
}

/** Makes the names of the directory, and of those above it, durable. */
async function syncParents(disk: Disk, directory: string): Promise<void> {
  for (let end = directory.lastIndexOf('/'); ; end = directory.lastIndexOf('/', end - 1)) {
    await disk.syncDirectory(end === -1 ? '' : directory.slice(0, end));
    if (end === -1) return;
  }
}
