import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors of this package. */
export type ConsoleErrorCode = 'TELEMETRY_MALFORMED' | 'TELEMETRY_TOO_LARGE' | 'INGEST_OVERLOADED';

export const consoleErrors: ErrorCatalogue<ConsoleErrorCode> = defineErrors<ConsoleErrorCode>({
  /** What should be telemetry is none: text that is no JSON, a value of the wrong type, a table without its columns. */
  TELEMETRY_MALFORMED: { severity: 'low', category: 'invalid', retryable: 'never', executed: 'no' },
  /** A request holds more than one may: bytes, items, or levels. */
  TELEMETRY_TOO_LARGE: { severity: 'low', category: 'invalid', retryable: 'never', executed: 'no' },
  /** More comes in than can be stored. */
  INGEST_OVERLOADED: { severity: 'medium', category: 'overload', retryable: 'safe', executed: 'no' },
});
