import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors of this package. */
export type ConsoleErrorCode =
  | 'TELEMETRY_MALFORMED'
  | 'TELEMETRY_TOO_LARGE'
  | 'INGEST_OVERLOADED'
  | 'QUERIES_OVERLOADED'
  | 'QUERY_REFUSED'
  | 'STORE_CLOSED'
  | 'STORE_FAILED'
  | 'STORE_FORMAT_UNKNOWN'
  | 'NOT_FOUND'
  | 'TOKEN_REFUSED'
  | 'HOST_REFUSED'
  | 'SOURCE_UNAVAILABLE'
  | 'PORT_UNAVAILABLE';

export const consoleErrors: ErrorCatalogue<ConsoleErrorCode> = defineErrors<ConsoleErrorCode>({
  /** What should be telemetry is none: text that is no JSON, a value of the wrong type, a table without its columns. */
  TELEMETRY_MALFORMED: { severity: 'low', category: 'invalid', retryable: 'never', executed: 'no' },
  /** A request holds more than one may: bytes, items, or levels. */
  TELEMETRY_TOO_LARGE: { severity: 'low', category: 'invalid', retryable: 'never', executed: 'no' },
  /** More comes in than can be stored. */
  INGEST_OVERLOADED: { severity: 'medium', category: 'overload', retryable: 'safe', executed: 'no' },
  /** As many queries wait as may. */
  QUERIES_OVERLOADED: { severity: 'low', category: 'overload', retryable: 'safe', executed: 'no' },
  /** A statement that does more than read, is not understood, or takes too long. */
  QUERY_REFUSED: { severity: 'low', category: 'invalid', retryable: 'never', executed: 'no' },
  /** The store is closed, or about to be. */
  STORE_CLOSED: { severity: 'low', category: 'unavailable', retryable: 'safe', executed: 'no' },
  /** The database has failed: its disk is full or damaged. Nothing of the transaction is stored. */
  STORE_FAILED: { severity: 'critical', category: 'unavailable', retryable: 'safe', executed: 'no' },
  /** The folder holds a store that this version does not read. */
  STORE_FORMAT_UNKNOWN: { severity: 'high', category: 'conflict', retryable: 'never', executed: 'no' },
  /** No such trace, span, service, profile or page. */
  NOT_FOUND: { severity: 'low', category: 'not-found', retryable: 'never', executed: 'no' },
  /** What changes something needs the console's token. */
  TOKEN_REFUSED: { severity: 'medium', category: 'unauthenticated', retryable: 'never', executed: 'no' },
  /** The Host header names somebody else: a page of another site asks through this browser. */
  HOST_REFUSED: { severity: 'medium', category: 'forbidden', retryable: 'never', executed: 'no' },
  /** The process whose state is asked for does not answer. */
  SOURCE_UNAVAILABLE: { severity: 'medium', category: 'unavailable', retryable: 'safe', executed: 'maybe' },
  /** A port is taken. */
  PORT_UNAVAILABLE: { severity: 'high', category: 'unavailable', retryable: 'never', executed: 'no' },
});
