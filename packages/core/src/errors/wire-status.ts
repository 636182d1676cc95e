import type { ErrorCategory, Executed, Retryable, Severity } from './classification.ts';
import type { RemoteErrorCode } from './remote-errors.ts';

/*
 * Which category is which status of HTTP (RFC 9110, RFC 6585) and of gRPC, both ways. Where the protocols
 * leave a choice, the table follows the HTTP mapping that google.rpc.Code documents.
 */

/** The sixteen failures and OK, in the order of their numbers. */
export const grpcStatusNames = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;
export type GrpcStatusName = (typeof grpcStatusNames)[number];

interface WireStatus {
  readonly http: number;
  readonly title: string;
  readonly grpc: GrpcStatusName;
}

/** How an error of each category is told to a peer. */
export const statusOfCategory: Readonly<Record<ErrorCategory, WireStatus>> = {
  transient: { http: 503, title: 'Service Unavailable', grpc: 'UNAVAILABLE' },
  overload: { http: 429, title: 'Too Many Requests', grpc: 'RESOURCE_EXHAUSTED' },
  timeout: { http: 504, title: 'Gateway Timeout', grpc: 'DEADLINE_EXCEEDED' },
  // Not in an RFC, but what proxies have long used for a client that went away.
  cancelled: { http: 499, title: 'Client Closed Request', grpc: 'CANCELLED' },
  rejected: { http: 503, title: 'Service Unavailable', grpc: 'UNAVAILABLE' },
  invalid: { http: 400, title: 'Bad Request', grpc: 'INVALID_ARGUMENT' },
  unauthenticated: { http: 401, title: 'Unauthorized', grpc: 'UNAUTHENTICATED' },
  forbidden: { http: 403, title: 'Forbidden', grpc: 'PERMISSION_DENIED' },
  'not-found': { http: 404, title: 'Not Found', grpc: 'NOT_FOUND' },
  conflict: { http: 409, title: 'Conflict', grpc: 'ABORTED' },
  unavailable: { http: 503, title: 'Service Unavailable', grpc: 'UNAVAILABLE' },
  internal: { http: 500, title: 'Internal Server Error', grpc: 'INTERNAL' },
};

/** What a peer's bare status means: an entry of the catalogue of remote errors, and where it differs from it. */
export interface RemoteFailure {
  readonly code: RemoteErrorCode;
  readonly severity?: Severity;
  readonly retryable?: Retryable;
  readonly executed?: Executed;
}

const httpFailures: Readonly<Record<number, RemoteFailure>> = {
  401: { code: 'REMOTE_UNAUTHENTICATED' },
  403: { code: 'REMOTE_FORBIDDEN' },
  404: { code: 'REMOTE_NOT_FOUND' },
  407: { code: 'REMOTE_UNAUTHENTICATED' },
  408: { code: 'REMOTE_TIMEOUT' },
  409: { code: 'REMOTE_CONFLICT' },
  410: { code: 'REMOTE_NOT_FOUND' },
  412: { code: 'REMOTE_CONFLICT' },
  423: { code: 'REMOTE_CONFLICT' },
  // Too Early (RFC 8470): it was not processed, and may be sent again outside early data.
  425: { code: 'REMOTE_UNAVAILABLE', severity: 'low', retryable: 'safe', executed: 'no' },
  429: { code: 'REMOTE_OVERLOADED' },
  499: { code: 'REMOTE_CANCELLED' },
  501: { code: 'REMOTE_INVALID' },
  502: { code: 'REMOTE_UNAVAILABLE' },
  503: { code: 'REMOTE_UNAVAILABLE' },
  504: { code: 'REMOTE_TIMEOUT' },
  511: { code: 'REMOTE_UNAUTHENTICATED' },
};

/** What an HTTP status from 400 means. One that is not in the table means what its hundred means. */
export function httpFailure(status: number): RemoteFailure {
  return httpFailures[status] ?? { code: status < 500 ? 'REMOTE_INVALID' : 'REMOTE_INTERNAL' };
}

export const grpcFailures: Readonly<Record<Exclude<GrpcStatusName, 'OK'>, RemoteFailure>> = {
  CANCELLED: { code: 'REMOTE_CANCELLED' },
  UNKNOWN: { code: 'REMOTE_INTERNAL' },
  INVALID_ARGUMENT: { code: 'REMOTE_INVALID' },
  DEADLINE_EXCEEDED: { code: 'REMOTE_TIMEOUT' },
  NOT_FOUND: { code: 'REMOTE_NOT_FOUND' },
  ALREADY_EXISTS: { code: 'REMOTE_CONFLICT' },
  PERMISSION_DENIED: { code: 'REMOTE_FORBIDDEN' },
  // Also what libraries say of an answer that is too large, which comes after the effect.
  RESOURCE_EXHAUSTED: { code: 'REMOTE_OVERLOADED', retryable: 'if-idempotent', executed: 'maybe' },
  FAILED_PRECONDITION: { code: 'REMOTE_CONFLICT' },
  ABORTED: { code: 'REMOTE_CONFLICT' },
  OUT_OF_RANGE: { code: 'REMOTE_INVALID' },
  UNIMPLEMENTED: { code: 'REMOTE_INVALID' },
  INTERNAL: { code: 'REMOTE_INTERNAL' },
  UNAVAILABLE: { code: 'REMOTE_UNAVAILABLE' },
  DATA_LOSS: { code: 'REMOTE_INTERNAL', severity: 'critical' },
  UNAUTHENTICATED: { code: 'REMOTE_UNAUTHENTICATED' },
};
