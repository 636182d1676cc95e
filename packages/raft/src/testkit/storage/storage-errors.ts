import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors of a `RecordLog`, besides core's `diskErrors`. */
export type StorageErrorCode = 'LOG_DAMAGED';

export const storageErrors: ErrorCatalogue<StorageErrorCode> = defineErrors<StorageErrorCode>({
  /** What was durable once is not what it was: the member must not start on it. It may join anew, empty. */
  LOG_DAMAGED: { severity: 'critical', category: 'internal', retryable: 'never', executed: 'no' },
});
