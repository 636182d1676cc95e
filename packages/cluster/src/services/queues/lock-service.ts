import * as etcd from '../../etcd/index.ts';
import type { Call } from '../call.ts';
import { type AnyMethod, unary } from '../method.ts';
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
): readonly AnyMethod[] {
  return [
    unary('/v3lockpb.Lock/Lock', etcd.LockRequest, etcd.LockResponse, async ({ name, lease }, call) => {
      const own = await onBehalf(call);
      const place = await queue.join(name, lease, new Uint8Array(0), own);
      return { header: await queue.wait(place, own), key: place.key };
    }),
    unary('/v3lockpb.Lock/Unlock', etcd.UnlockRequest, etcd.UnlockResponse, async ({ key }, call) => {
      const { header } = await services.deleteRange({ key }, await onBehalf(call));
      return { header };
    }),
  ];
}
