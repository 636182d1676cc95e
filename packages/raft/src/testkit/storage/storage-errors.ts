import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors of a `RecordLog`. */
export type StorageErrorCode = 'LOG_DAMAGED' | 'LOG_FAILED' | 'LOG_FULL';

export const storageErrors: ErrorCatalogue<StorageErrorCode> = defineErrors<StorageErrorCode>({
  /** What was durable once is not what it was: the member must not start on it. It may join anew, empty. */
  LOG_DAMAGED: { severity: 'critical', category: 'internal', retryable: 'never', executed: 'no' },
  /** A write or a flush failed: nobody can tell what the disk holds. Crash, and recover from what it really does. */
  LOG_FAILED: { severity: 'critical', category: 'unavailable', retryable: 'never', executed: 'maybe' },
  /** The disk is full, and as much as may wait for space does. */
  LOG_FULL: { severity: 'high', category: 'overload', retryable: 'safe', executed: 'no' },
});
