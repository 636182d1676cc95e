import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors of this package. */
export type TransportErrorCode =
  | 'HANDSHAKE_FAILED'
  | 'MALFORMED_FRAME'
  | 'MESSAGE_TOO_LARGE'
  | 'PEER_SILENT'
  | 'CHANNEL_BROKEN'
  | 'CHANNEL_CLOSED'
  | 'MALFORMED_MESSAGE';

export const transportErrors: ErrorCatalogue<TransportErrorCode> = defineErrors<TransportErrorCode>({
  /** The two ends did not agree to talk: another protocol, no common version, an identity refused, or too slow. */
  HANDSHAKE_FAILED: { severity: 'high', category: 'rejected', retryable: 'safe', executed: 'no' },
  /** The other end sent what is no frame, or one that was damaged on the way. */
  MALFORMED_FRAME: { severity: 'high', category: 'invalid', retryable: 'if-idempotent', executed: 'maybe' },
  /** The other end sent a message beyond the bound. */
  MESSAGE_TOO_LARGE: { severity: 'high', category: 'invalid', retryable: 'never', executed: 'maybe' },
  /** Nothing came for too long, not even an answer to a probe. */
  PEER_SILENT: { severity: 'medium', category: 'timeout', retryable: 'if-idempotent', executed: 'maybe' },
  /** The stream ended without a goodbye: the other process ended, or dropped the channel. */
  CHANNEL_BROKEN: {
    severity: 'medium',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** This end has closed or dropped the channel. */
  CHANNEL_CLOSED: { severity: 'low', category: 'cancelled', retryable: 'if-idempotent', executed: 'maybe' },
  /** What should be a protobuf message is none. */
  MALFORMED_MESSAGE: { severity: 'medium', category: 'invalid', retryable: 'never', executed: 'no' },
});
