import { EtcdError, etcdRefusals } from '../etcd/etcd-errors.ts';
import type { RangeRequest } from '../etcd/kv.ts';
import type { EtcdRefusal } from '../state/state-machine.ts';
import type { Call, Method, StreamMethod, UnaryMethod } from './call.ts';
import { LeaderWatch } from './leader-watch.ts';
import type { MemberCondition } from './member-condition.ts';
import type { AnyMethod } from './method.ts';
import type { ServiceParts } from './service-parts.ts';

interface DoorParts extends Pick<ServiceParts, 'member' | 'world'> {
  readonly condition: MemberCondition;
}

/**
 * Puts before a method what etcd asks of every call: a learner serves next to nothing, and who requires a leader is not
 * served without one.
 */
export function behindDoor(method: AnyMethod, parts: DoorParts): AnyMethod {
  const known = method as unknown as Method<unknown, unknown>;
  return (known.kind === 'unary'
    ? unaryDoor(known, parts)
    : streamDoor(known, parts)) as unknown as AnyMethod;
}

function unaryDoor(
  method: UnaryMethod<unknown, unknown>,
  { condition }: DoorParts,
): UnaryMethod<unknown, unknown> {
  return {
    ...method,
    handle: (request, call) => {
      if (condition.learner && !isForLearners(method.path, request))
        refuse(etcdRefusals.notSupportedForLearner);
      if (call.requiresLeader && condition.leader === undefined) refuse(etcdRefusals.noLeader);
      return method.handle(request, call);
    },
  };
}

function streamDoor(
  method: StreamMethod<unknown, unknown>,
  parts: DoorParts,
): StreamMethod<unknown, unknown> {
  const open = method.path.startsWith('/grpc.health.');
  return {
    ...method,
    handle: async (requests, responses, call) => {
      const { condition } = parts;
      if (condition.learner && !open) refuse(etcdRefusals.notSupportedForLearner);
      if (!call.requiresLeader) return method.handle(requests, responses, call);
      if (condition.leader === undefined) refuse(etcdRefusals.noLeader);
      const watch = new LeaderWatch(parts, call.signal);
      try {
        const guarded: Call = { ...callFields(call), signal: watch.signal };
        await Promise.race([method.handle(requests, responses, guarded), watch.lost]);
      } finally {
        watch.end();
      }
    },
  };
}

function isForLearners(path: string, request: unknown): boolean {
  if (path === '/etcdserverpb.KV/Range') return (request as RangeRequest).serializable;
  return path === '/etcdserverpb.Maintenance/Status' || path.startsWith('/grpc.health.');
}

function callFields({ token, certificateName, user, requiresLeader, session }: Call): Omit<Call, 'signal'> {
  return { token, certificateName, user, requiresLeader, session };
}

function refuse(refusal: EtcdRefusal): never {
  throw new EtcdError(refusal);
}
