/** Says whose folder it is, of which epoch, and which segments count. */
export const superblockName = 'superblock';
/** The superblock of a new journal, before it gets its name. */
export const superblockDraftName = 'superblock.new';
/** A segment to be, or one that is not needed any more. Nothing in it counts. */
export const spareName = 'spare';

const segmentPrefix = 'segment-';
const segmentPattern: RegExp = /^segment-(\d{10})$/;
const snapshotPattern: RegExp = /^snapshot-(.+)$/;
const unfinishedPattern: RegExp = /^unfinished-(.+)$/;

export function segmentName(ordinal: number): string {
  return `${segmentPrefix}${String(ordinal).padStart(10, '0')}`;
}

/** The number of the segment of that name. */
export function segmentOrdinal(name: string): number | undefined {
  const digits = segmentPattern.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function snapshotName(id: string): string {
  return `snapshot-${id}`;
}

export function unfinishedName(id: string): string {
  return `unfinished-${id}`;
}

/** The id of the committed snapshot of that file name. */
export function snapshotId(name: string): string | undefined {
  return snapshotPattern.exec(name)?.[1];
}

/** The id of the unfinished snapshot of that file name. */
export function unfinishedId(name: string): string | undefined {
  return unfinishedPattern.exec(name)?.[1];
}
