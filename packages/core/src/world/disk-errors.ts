import { defineErrors, type ErrorCatalogue } from '../errors/catalogue.ts';

/** Codes of the errors of a `Disk`. */
export type DiskErrorCode = 'FILE_NOT_FOUND' | 'DISK_FULL' | 'DISK_FAILED';

export const diskErrors: ErrorCatalogue<DiskErrorCode> = defineErrors<DiskErrorCode>({
  /** There is no file or directory of that name. */
  FILE_NOT_FOUND: { severity: 'medium', category: 'not-found', retryable: 'never', executed: 'no' },
  /** No space is left; part of the write may have been done. */
  DISK_FULL: { severity: 'critical', category: 'overload', retryable: 'never', executed: 'maybe' },
  /** The disk could not read, write or flush. After a failed flush nothing unflushed may be believed. */
  DISK_FAILED: { severity: 'critical', category: 'unavailable', retryable: 'never', executed: 'maybe' },
});
