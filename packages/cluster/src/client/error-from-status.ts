import { type CoordinationErrorCode, coordinationErrors } from '@holdfast/coordination';
import type { HoldfastError } from '@holdfast/core';
import { clusterErrors } from '../errors.ts';
import { etcdRefusals, GrpcCode } from '../etcd/etcd-errors.ts';
import { sessionRefusals } from '../session/session-messages.ts';
import type { EtcdRefusal } from '../state/state-machine.ts';

/** What each refusal means to a client of the store. What is not here is REQUEST_REFUSED. */
const meanings: readonly (readonly [CoordinationErrorCode, readonly EtcdRefusal[]])[] = [
  ['REVISION_COMPACTED', [etcdRefusals.compacted]],
  ['REVISION_IN_FUTURE', [etcdRefusals.futureRev]],
  ['LEASE_LOST', [etcdRefusals.leaseNotFound]],
  ['STORE_FULL', [etcdRefusals.noSpace]],
  ['STORE_OVERLOADED', [etcdRefusals.tooManyRequests, sessionRefusals.tooMany]],
  ['REQUEST_TOO_LARGE', [etcdRefusals.requestTooLarge]],
  ['TRANSACTION_TOO_LARGE', [etcdRefusals.tooManyOps]],
  ['PERMISSION_DENIED', [etcdRefusals.permissionDenied]],
  [
    'UNAUTHENTICATED',
    [
      etcdRefusals.invalidAuthToken,
      etcdRefusals.authFailed,
      etcdRefusals.authOldRevision,
      etcdRefusals.userEmpty,
    ],
  ],
  ['OUTCOME_UNKNOWN', [sessionRefusals.ended, sessionRefusals.answered]],
];

const codes: ReadonlyMap<string, CoordinationErrorCode> = new Map(
  meanings.flatMap(([code, refusals]) => refusals.map(({ message }) => [message, code] as const)),
);

/** Refusals of a member that cannot serve at present, before anything was done. Any other of code 14 may come too late. */
const beforehand: ReadonlySet<string> = new Set(
  [
    etcdRefusals.noLeader,
    etcdRefusals.notLeader,
    etcdRefusals.notCapable,
    etcdRefusals.unhealthy,
    etcdRefusals.notSupportedForLearner,
  ].map(({ message }) => message),
);

const unavailable: ReadonlySet<number> = new Set([
  GrpcCode.Canceled,
  GrpcCode.DeadlineExceeded,
  GrpcCode.Unavailable,
]);

/**
 * The error that a status of gRPC stands for, wherever it came from: one of `coordinationErrors`, or ENDPOINT_UNAVAILABLE
 * where another endpoint may do better. The server's own code and message are in the context, as `grpcCode` and
 * `refusal`.
 */
export function errorFromStatus(status: EtcdRefusal): HoldfastError {
  const { code: grpcCode, message } = status;
  const context = { grpcCode, refusal: message };
  if (beforehand.has(message)) {
    return clusterErrors.create('ENDPOINT_UNAVAILABLE', { message, context, executed: 'no' });
  }
  const code = codes.get(message);
  if (code !== undefined) return coordinationErrors.create(code, { message, context });
  if (unavailable.has(grpcCode)) return clusterErrors.create('ENDPOINT_UNAVAILABLE', { message, context });
  if (grpcCode === GrpcCode.Unauthenticated) {
    return coordinationErrors.create('UNAUTHENTICATED', { message, context });
  }
  // A proxy or a library on the way speaks for itself, with messages of its own.
  const executed = grpcCode === GrpcCode.Unknown || grpcCode === GrpcCode.Internal ? 'maybe' : 'no';
  return coordinationErrors.create('REQUEST_REFUSED', { message, context, executed });
}
