import { defineErrors, type ErrorCatalogue } from '../errors/catalogue.ts';

/** Codes of the errors of a `Network`. */
export type NetworkErrorCode =
  | 'ADDRESS_IN_USE'
  | 'CONNECTION_REFUSED'
  | 'CONNECTION_RESET'
  | 'HOST_UNREACHABLE'
  | 'PEER_NOT_TRUSTED';

export const networkErrors: ErrorCatalogue<NetworkErrorCode> = defineErrors<NetworkErrorCode>({
  /** Something else listens at that port already. */
  ADDRESS_IN_USE: { severity: 'high', category: 'conflict', retryable: 'never', executed: 'no' },
  /** The host is there, but nobody listens at that port. */
  CONNECTION_REFUSED: { severity: 'medium', category: 'unavailable', retryable: 'safe', executed: 'no' },
  /** The connection broke; what was sent may or may not have arrived. */
  CONNECTION_RESET: {
    severity: 'medium',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** No answer came from the host: it is down, cut off, or there is none of that name. */
  HOST_UNREACHABLE: { severity: 'medium', category: 'unavailable', retryable: 'safe', executed: 'no' },
  /** The other end has no certificate that is accepted here, or it is another's, or out of date. */
  PEER_NOT_TRUSTED: { severity: 'high', category: 'unauthenticated', retryable: 'never', executed: 'no' },
});
