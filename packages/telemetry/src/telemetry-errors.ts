import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors that this package throws. */
export type TelemetryErrorCode = 'SERIES_EXHAUSTED' | 'METRIC_EXISTS';

export const telemetryErrors: ErrorCatalogue<TelemetryErrorCode> = defineErrors<TelemetryErrorCode>({
  /** A metric with `overflow: 'refuse'` has all the label sets that it may have. */
  SERIES_EXHAUSTED: { severity: 'medium', category: 'overload', retryable: 'never', executed: 'no' },
  /** Two metrics would write samples of the same name. */
  METRIC_EXISTS: { severity: 'medium', category: 'conflict', retryable: 'never', executed: 'no' },
});
