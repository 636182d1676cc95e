import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors of journals and their snapshots. */
export type StorageErrorCode =
  | 'JOURNAL_MOVED'
  | 'JOURNAL_FULL'
  | 'JOURNAL_BUSY'
  | 'JOURNAL_FENCED'
  | 'JOURNAL_FAILED'
  | 'JOURNAL_CLOSED'
  | 'JOURNAL_COMPACTED'
  | 'JOURNAL_DAMAGED'
  | 'SNAPSHOT_EXISTS'
  | 'SNAPSHOT_NOT_FOUND'
  | 'SNAPSHOT_DAMAGED';

export const storageErrors: ErrorCatalogue<StorageErrorCode> = defineErrors<StorageErrorCode>({
  /** Records were to be appended at a position that is not the journal's next one. */
  JOURNAL_MOVED: { severity: 'medium', category: 'conflict', retryable: 'never', executed: 'no' },
  /** The disk has no room. The journal takes nothing until there is some, which it finds out by itself. */
  JOURNAL_FULL: { severity: 'critical', category: 'overload', retryable: 'safe', executed: 'no' },
  /** More waits to be written than may wait. */
  JOURNAL_BUSY: { severity: 'high', category: 'overload', retryable: 'safe', executed: 'no' },
  /** The journal was opened anew since: this writer is of an earlier epoch. */
  JOURNAL_FENCED: { severity: 'high', category: 'conflict', retryable: 'never', executed: 'maybe' },
  /** A write or flush failed: nobody knows what the disk holds before the journal is opened anew. */
  JOURNAL_FAILED: { severity: 'critical', category: 'unavailable', retryable: 'never', executed: 'maybe' },
  JOURNAL_CLOSED: { severity: 'medium', category: 'unavailable', retryable: 'never', executed: 'no' },
  /** The records asked for are no longer kept. */
  JOURNAL_COMPACTED: { severity: 'medium', category: 'not-found', retryable: 'never', executed: 'no' },
  /** What was durable is not what was written. The message names the file, the byte and the position. */
  JOURNAL_DAMAGED: { severity: 'critical', category: 'internal', retryable: 'never', executed: 'no' },
  /** A snapshot of that id is committed, or is being written. */
  SNAPSHOT_EXISTS: { severity: 'medium', category: 'conflict', retryable: 'never', executed: 'no' },
  SNAPSHOT_NOT_FOUND: { severity: 'medium', category: 'not-found', retryable: 'never', executed: 'no' },
  /** A snapshot is not what was written. */
  SNAPSHOT_DAMAGED: { severity: 'critical', category: 'internal', retryable: 'never', executed: 'no' },
});
