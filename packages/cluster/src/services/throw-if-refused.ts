import { EtcdError } from '../etcd/etcd-errors.ts';
import type { EtcdRefusal } from '../state/state-machine.ts';

/** For what the state checks before it is asked to do anything. */
export function throwIfRefused(refusal: EtcdRefusal | undefined): void {
  if (refusal !== undefined) throw new EtcdError(refusal);
}
