import { type Disk, isHoldfastError } from '@holdfast/core';
import type { JournalReport, SegmentReport, SnapshotReport } from '../journal-report.ts';
import { segmentName, segmentOrdinal, snapshotId, superblockName, unfinishedId } from './file-names.ts';
import { type LogEnd, superblockDamage, surveyLog } from './recovery.ts';
import type { SegmentSurvey } from './segment-survey.ts';
import { SnapshotFileReader } from './snapshot-file-reader.ts';
import { readSnapshotHeader } from './snapshot-header.ts';
import { SuperblockFile } from './superblock.ts';

export interface InspectionOptions {
  readonly disk: Disk;
  readonly directory: string;
  /** Whether to read the data of complete snapshots too. Default false. */
  readonly snapshotData?: boolean | undefined;
  /** Where the last segment is being written just now. */
  readonly end?: LogEnd | undefined;
}

/** Reads the files of a journal and changes nothing. Every frame of the records is checked. */
export async function inspectFiles(options: InspectionOptions): Promise<JournalReport> {
  const { disk, directory, snapshotData = false, end } = options;
  const names = await disk.list(directory);
  const snapshots: SnapshotReport[] = [];
  for (const name of names) {
    const id = snapshotId(name) ?? unfinishedId(name);
    const report = id === undefined ? undefined : await inspectSnapshot(options, name, id, snapshotData);
    if (report !== undefined) snapshots.push(report);
  }
  const superblock = await openSuperblock(disk, directory, names);
  if (superblock === undefined) {
    const gone = names.includes(superblockName)
      ? superblockDamage.what
      : 'it is gone, and there are segments';
    const nothing =
      !names.includes(superblockName) && !names.some((name) => segmentOrdinal(name) !== undefined);
    const empty = { directory, epoch: 0, firstPosition: 0, nextPosition: 0, segments: [], snapshots };
    return nothing ? empty : { ...empty, damage: { ...superblockDamage, what: gone } };
  }
  const survey = await surveyLog(disk, directory, names, superblock, end);
  return {
    directory,
    epoch: superblock.epoch,
    firstPosition: superblock.firstPosition,
    nextPosition: survey.nextPosition,
    segments: survey.segments.map(reportOf),
    snapshots,
    ...(survey.damage && { damage: survey.damage }),
  };
}

async function openSuperblock(disk: Disk, directory: string, names: readonly string[]) {
  if (!names.includes(superblockName)) return undefined;
  const file = await SuperblockFile.open(disk, directory);
  await file?.close();
  return file?.found;
}

function reportOf({
  segment,
  frames,
  nextPosition,
  firstEpoch,
  lastEpoch,
  tail,
}: SegmentSurvey): SegmentReport {
  const { header, end, firstPosition } = segment;
  return {
    file: segmentName(header.ordinal),
    bytes: header.size,
    usedBytes: end,
    frames,
    records: firstPosition === undefined ? 0 : nextPosition! - firstPosition,
    ...(firstPosition !== undefined && { firstPosition, epochs: [firstEpoch!, lastEpoch!] as const }),
    end: tail.kind === 'zeros' ? 'whole' : tail.kind,
  };
}

const pieceBytes = 1_048_576;

/** Undefined when it is gone: an open journal removes snapshots, and gives complete ones another name. */
async function inspectSnapshot(
  { disk, directory }: InspectionOptions,
  name: string,
  id: string,
  snapshotData: boolean,
): Promise<SnapshotReport | undefined> {
  const file = await disk.open(`${directory}/${name}`).catch((error: unknown) => {
    if (isHoldfastError(error) && error.code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const found = await readSnapshotHeader(file);
    const complete = snapshotId(name) !== undefined;
    if (found === undefined || (complete && found.progress.commit === 0)) {
      return { id, size: 0, state: 'damaged', damagedAt: 0 };
    }
    const { size } = found.progress;
    if (found.progress.commit === 0) return { id, size, state: 'unfinished' };
    if (snapshotData) {
      const info = { id, description: found.header.description, size };
      const reader = new SnapshotFileReader(info, found.header.salt, file, () => {});
      for (let at = 0; at < size; at += pieceBytes) await reader.read(at, pieceBytes);
    }
    return { id, size, state: 'complete' };
  } catch (error) {
    if (!(isHoldfastError(error) && error.code === 'SNAPSHOT_DAMAGED')) throw error;
    return { id, size: 0, state: 'damaged', damagedAt: error.context['offset'] as number };
  } finally {
    await file.close();
  }
}
