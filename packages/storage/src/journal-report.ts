import type { Damage } from './journal-errors.ts';

/** What the files of a journal hold, as JSON. */
export interface JournalReport {
  readonly directory: string;
  /** Of the latest opening. */
  readonly epoch: number;
  readonly firstPosition: number;
  /** After the last record that is whole, and before the first damage. */
  readonly nextPosition: number;
  readonly segments: readonly SegmentReport[];
  readonly snapshots: readonly SnapshotReport[];
  /** Where the records are damaged first; what follows was not looked at. */
  readonly damage?: Damage;
}

export interface SegmentReport {
  readonly file: string;
  readonly bytes: number;
  /** Of head and frames. */
  readonly usedBytes: number;
  readonly frames: number;
  readonly records: number;
  /** Of the first record; none where there are no records. */
  readonly firstPosition?: number;
  /** Of the first and the last frame. */
  readonly epochs?: readonly [number, number];
  /** `torn`: a crash has cut a write short that nobody was told of; the next opening clears it away. */
  readonly end: 'whole' | 'torn' | 'damaged';
}

export interface SnapshotReport {
  readonly id: string;
  /** Bytes of data. */
  readonly size: number;
  readonly state: 'complete' | 'unfinished' | 'damaged';
  /** From which byte of the data on it is damaged. */
  readonly damagedAt?: number;
}

/** Whether anything in it is damaged. */
export function isDamaged({ damage, snapshots }: JournalReport): boolean {
  return damage !== undefined || snapshots.some(({ state }) => state === 'damaged');
}
