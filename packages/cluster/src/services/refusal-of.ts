import { isHoldfastError } from '@holdfast/core';
import { EtcdError, etcdRefusals, GrpcCode } from '../etcd/etcd-errors.ts';
import type { EtcdRefusal } from '../state/state-machine.ts';

/** The errors of a member, as etcd says the same. */
const refusals = new Map<string, EtcdRefusal>([
  ['REQUEST_TIMED_OUT', etcdRefusals.timeout],
  ['LEADER_CHANGED', etcdRefusals.leaderChanged],
  ['NO_LEADER', etcdRefusals.noLeader],
  ['TOO_MANY_REQUESTS', etcdRefusals.tooManyRequests],
  // Of passwords that wait to be hashed.
  ['BULKHEAD_FULL', etcdRefusals.tooManyRequests],
  ['REQUEST_TOO_LARGE', etcdRefusals.requestTooLarge],
  ['MEMBER_READ_ONLY', etcdRefusals.noSpace],
  ['MEMBER_STOPPED', etcdRefusals.stopped],
  ['MEMBER_REMOVED', etcdRefusals.stopped],
  ['ABORTED', { code: GrpcCode.Canceled, message: 'context canceled' }],
]);

/** What a client is told about anything that a handler throws, over whatever protocol it came. */
export function refusalOf(thrown: unknown): EtcdRefusal {
  if (thrown instanceof EtcdError) return thrown;
  if (!isHoldfastError(thrown)) return { code: GrpcCode.Unknown, message: String(thrown) };
  const known = refusals.get(thrown.code);
  if (known !== undefined) return known;
  if (thrown.code === 'MEMBERSHIP_REFUSED') {
    const code = thrown.context['code'];
    return { code: typeof code === 'number' ? code : GrpcCode.FailedPrecondition, message: thrown.message };
  }
  if (thrown.code === 'MALFORMED_MESSAGE') {
    return {
      code: GrpcCode.Internal,
      message: `grpc: failed to unmarshal the received message ${thrown.message}`,
    };
  }
  return { code: GrpcCode.Unknown, message: thrown.message };
}
