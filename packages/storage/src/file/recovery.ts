import type { Disk } from '@holdfast/core';
import { type Damage, journalDamaged } from '../journal-errors.ts';
import { segmentName, segmentOrdinal, superblockName } from './file-names.ts';
import type { Segment } from './segment.ts';
import type { SegmentSupply } from './segment-supply.ts';
import { writeZeros } from './segment-supply.ts';
import { type SegmentSurvey, surveySegment } from './segment-survey.ts';
import type { Superblock } from './superblock.ts';

/** What all segments that count hold together. */
export interface LogSurvey {
  /** In order. */
  readonly segments: readonly SegmentSurvey[];
  readonly nextPosition: number;
  /** The first damage; what follows it was not looked at. */
  readonly damage: Damage | undefined;
}

/** Where a journal is being written: in which segment, behind which byte. */
export interface LogEnd {
  readonly ordinal: number;
  readonly end: number;
}

/** Reads all segments and changes nothing. Of one that is `live`, what is durable counts. */
export async function surveyLog(
  disk: Disk,
  directory: string,
  names: readonly string[],
  superblock: Superblock,
  live?: LogEnd,
): Promise<LogSurvey> {
  const segments: SegmentSurvey[] = [];
  let position = superblock.firstPosition;
  let epoch = 0;
  const survey = (damage?: Damage): LogSurvey => ({ segments, nextPosition: position, damage });
  const damaged = (file: string, offset: number, what: string): LogSurvey =>
    survey({ file, offset, position, what });
  const ordinals = names
    .map(segmentOrdinal)
    .filter((ordinal) => ordinal !== undefined)
    .filter((ordinal) => ordinal >= superblock.firstSegment && ordinal <= (live?.ordinal ?? ordinal))
    .sort((one, other) => one - other);
  let next = superblock.firstSegment || (ordinals[0] ?? 0);
  if (superblock.firstSegment > 0 && ordinals.length === 0) {
    return damaged(segmentName(superblock.firstSegment), 0, 'the file is gone');
  }
  for (const ordinal of ordinals) {
    const name = segmentName(ordinal);
    if (ordinal !== next++) return damaged(segmentName(next - 1), 0, 'the file is gone');
    const file = await disk.open(`${directory}/${name}`);
    try {
      const upTo = live?.ordinal === ordinal ? live.end : undefined;
      const found = await surveySegment(file, { identity: superblock.identity, ordinal }, upTo);
      if (typeof found === 'string') return damaged(name, 0, found);
      const { segment, firstEpoch, lastEpoch, nextPosition, tail } = found;
      const before = segments.at(-1);
      if (before !== undefined && segment.firstPosition !== undefined && before.tail.kind === 'torn') {
        return damaged(segmentName(before.segment.header.ordinal), before.segment.end, 'a frame is damaged');
      }
      if (segment.firstPosition !== undefined && segment.firstPosition !== position) {
        return damaged(name, segment.end, `its first record has position ${segment.firstPosition}`);
      }
      if ((firstEpoch ?? epoch) < epoch || (lastEpoch ?? 0) > superblock.epoch) {
        return damaged(name, segment.end, 'its records are of an epoch that has not been');
      }
      position = nextPosition ?? position;
      epoch = lastEpoch ?? epoch;
      segments.push(found);
      if (tail.kind === 'damaged') return damaged(name, segment.end, tail.what);
    } finally {
      await file.close();
    }
  }
  const first = segments[0];
  if (superblock.firstPosition > 0 && first?.segment.firstPosition === undefined) {
    return damaged(segmentName(superblock.firstSegment), 0, 'it has no records any more');
  }
  return survey();
}

/** What the journal goes on with. */
export interface RecoveredLog {
  /** Those that have records, the last of them open to be written on. */
  readonly segments: Segment[];
  readonly nextPosition: number;
}

export interface RecoveryOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly superblock: Superblock;
  readonly supply: SegmentSupply;
}

/**
 * Reads the segments back, and mends what a crash has left. It may end at any moment and begin anew.
 *
 * @throws HoldfastError JOURNAL_DAMAGED, and what the disk throws.
 */
export async function recoverLog(
  { disk, directory, superblock, supply }: RecoveryOptions,
  names: readonly string[],
): Promise<RecoveredLog> {
  const { segments, nextPosition, damage } = await surveyLog(disk, directory, names, superblock);
  if (damage !== undefined) throw journalDamaged(directory, damage);
  for (const name of names) {
    const ordinal = segmentOrdinal(name);
    if (ordinal !== undefined && ordinal < superblock.firstSegment) await disk.remove(`${directory}/${name}`);
  }
  const used = segments.filter(({ frames }) => frames > 0);
  const unused = segments.slice(used.length);
  const last = used.at(-1);
  if (last !== undefined) await proveLastFrame(disk, directory, last);
  // One that has no records may owe its name to a flush that has failed: the first gets it anew, the others go before it,
  // so that none is ever missing between two.
  for (const { segment } of unused.slice(1).reverse()) {
    await disk.remove(`${directory}/${segmentName(segment.header.ordinal)}`);
    await disk.syncDirectory(directory);
  }
  const [first] = unused;
  // The first one of all is replaced, and never missing.
  if (first !== undefined && first.segment.header.ordinal !== superblock.firstSegment) {
    const { segment, tail } = first;
    await supply.recycle(segment.header.ordinal, tail.kind === 'torn' ? tail.end : segment.end);
  }
  return { segments: used.map(({ segment }) => segment), nextPosition };
}

/**
 * Cuts off what a crash tore, and writes the last frame again as it is. After a flush that failed, reads may see what is
 * not on the disk, and later flushes leave it out (Rebello et al., "Can Applications Recover from fsync Failures?", 2020):
 * of the last frame nobody knows whether it was flushed; of the others the next one proves it.
 */
async function proveLastFrame(disk: Disk, directory: string, survey: SegmentSurvey): Promise<void> {
  const { segment, lastFrame, tail } = survey;
  const file = await disk.open(`${directory}/${segmentName(segment.header.ordinal)}`, {
    durableWrites: true,
  });
  segment.file = file;
  try {
    if (tail.kind === 'torn') await writeZeros(file, segment.end, tail.end);
    await file.write(lastFrame!, await file.read(lastFrame!, segment.end - lastFrame!));
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The damage of a superblock that is none. */
export const superblockDamage: Damage = {
  file: superblockName,
  offset: 0,
  position: 0,
  what: 'it is not what was written, or of another version',
};
