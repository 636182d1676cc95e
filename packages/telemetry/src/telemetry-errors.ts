import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors that this package throws. */
export type TelemetryErrorCode =
  | 'ADMIN_BUSY'
  | 'ADMIN_DENIED'
  | 'ADMIN_LOCKED'
  | 'ADMIN_UNKNOWN'
  | 'ADMIN_UNREACHABLE'
  | 'METRIC_EXISTS'
  | 'PROFILE_RUNNING'
  | 'SAGA_ENDED'
  | 'SERIES_EXHAUSTED'
  | 'TELEMETRY_STARTED';

export const telemetryErrors: ErrorCatalogue<TelemetryErrorCode> = defineErrors<TelemetryErrorCode>({
  /** So many signed requests came in a minute that repetitions could not be told from new ones. */
  ADMIN_BUSY: { severity: 'low', category: 'overload', retryable: 'safe', executed: 'no' },
  /** A request to an admin endpoint has no signature, or not the right one. */
  ADMIN_DENIED: { severity: 'medium', category: 'unauthenticated', retryable: 'never', executed: 'no' },
  /** An admin endpoint without a token takes no request that needs one. */
  ADMIN_LOCKED: { severity: 'low', category: 'forbidden', retryable: 'never', executed: 'no' },
  ADMIN_UNKNOWN: { severity: 'low', category: 'not-found', retryable: 'never', executed: 'no' },
  ADMIN_UNREACHABLE: {
    severity: 'medium',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** One profile of a kind is taken at a time. */
  PROFILE_RUNNING: { severity: 'low', category: 'conflict', retryable: 'safe', executed: 'no' },
  SAGA_ENDED: { severity: 'low', category: 'conflict', retryable: 'never', executed: 'no' },
  /** A metric with `overflow: 'refuse'` has all the label sets that it may have. */
  SERIES_EXHAUSTED: { severity: 'medium', category: 'overload', retryable: 'never', executed: 'no' },
  /** OpenTelemetry's API is in use already: by telemetry that was started before, or by another SDK. */
  TELEMETRY_STARTED: { severity: 'medium', category: 'conflict', retryable: 'never', executed: 'no' },
  /** Two metrics would write samples of the same name. */
  METRIC_EXISTS: { severity: 'medium', category: 'conflict', retryable: 'never', executed: 'no' },
});
