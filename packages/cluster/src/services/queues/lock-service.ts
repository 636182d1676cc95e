import * as etcd from '../../etcd/index.ts';
import type { Call, Method, UnaryMethod } from '../call.ts';
import type { LeaseQueue } from './lease-queue.ts';
import type { LocalServices } from './local-services.ts';

/**
 * etcd's Lock service (v3lockpb): a lock is held by the front of a queue. Locking again with the same lease is the same
 * lock. `onBehalf` gives the call with which the member acts for a caller.
 */
export function lockMethods(
  services: LocalServices,
  queue: LeaseQueue,
  onBehalf: (call: Call) => Promise<Call>,
): readonly Method<never, never>[] {
  const lock: UnaryMethod<etcd.LockRequest, etcd.LockResponse> = {
    kind: 'unary',
    path: '/v3lockpb.Lock/Lock',
    request: etcd.LockRequest,
    response: etcd.LockResponse,
    async handle({ name, lease }, call) {
      const own = await onBehalf(call);
      const place = await queue.join(name, lease, new Uint8Array(0), own);
      return { header: await queue.wait(place, own), key: place.key };
    },
  };
  const unlock: UnaryMethod<etcd.UnlockRequest, etcd.UnlockResponse> = {
    kind: 'unary',
    path: '/v3lockpb.Lock/Unlock',
    request: etcd.UnlockRequest,
    response: etcd.UnlockResponse,
    async handle({ key }, call) {
      const { header } = await services.deleteRange({ key }, await onBehalf(call));
      return { header };
    },
  };
  return [lock, unlock] as unknown as Method<never, never>[];
}
