import type { DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest } from '../etcd/index.ts';
import type { AuthState } from '../state/auth-state.ts';
import type { CommandAuth } from '../state/command.ts';
import type { EtcdRefusal } from '../state/state-machine.ts';

const noEnd: Uint8Array = new Uint8Array(0);

/**
 * Which permissions a request needs, as the last etcd 3.4 sees it (etcdserver/apply_auth.go and v3_server.go of v3.4.45).
 * Asked before anything else when a command is applied, and at the door for what is answered there. Each method returns
 * the refusal, or undefined.
 *
 * Changing and revoking leases takes the permission to write all keys that go with one: otherwise a user could have keys
 * deleted that it may not delete. Debian's 3.4.23 lacks some of this: it asks for nothing within nested transactions.
 */
export class RequestPermissions {
  readonly #auth: AuthState;
  readonly #keysOfLease: (lease: bigint) => Iterable<Uint8Array>;

  /** `keysOfLease` gives none for a lease that is not there. */
  constructor(auth: AuthState, keysOfLease: (lease: bigint) => Iterable<Uint8Array>) {
    this.#auth = auth;
    this.#keysOfLease = keysOfLease;
  }

  /** Also for watches. */
  range(
    who: CommandAuth | undefined,
    request: Pick<RangeRequest, 'key' | 'rangeEnd'>,
  ): EtcdRefusal | undefined {
    return this.#auth.permits(who, request.key, request.rangeEnd, 'read');
  }

  put(who: CommandAuth | undefined, { key, lease, prevKv }: PutRequest): EtcdRefusal | undefined {
    return (
      this.#auth.permits(who, key, noEnd, 'write') ??
      (lease === 0n ? undefined : this.lease(who, lease, 'write')) ??
      (prevKv ? this.#auth.permits(who, key, noEnd, 'read') : undefined)
    );
  }

  deleteRange(
    who: CommandAuth | undefined,
    { key, rangeEnd, prevKv }: DeleteRangeRequest,
  ): EtcdRefusal | undefined {
    return (
      this.#auth.permits(who, key, rangeEnd, 'write') ??
      (prevKv ? this.#auth.permits(who, key, rangeEnd, 'read') : undefined)
    );
  }

  /** Both branches need their permissions, whichever is taken. */
  txn(who: CommandAuth | undefined, { compare, success, failure }: TxnRequest): EtcdRefusal | undefined {
    return (
      first(compare, (condition) => this.range(who, condition)) ??
      first(success, (operation) => this.#operation(who, operation)) ??
      first(failure, (operation) => this.#operation(who, operation))
    );
  }

  /** `write` to revoke, renew, or attach keys to a lease; `read` to list its keys. */
  lease(who: CommandAuth | undefined, lease: bigint, access: 'read' | 'write'): EtcdRefusal | undefined {
    if (this.#auth.permitsAll(who) === undefined) return undefined;
    return first(this.#keysOfLease(lease), (key) => this.#auth.permits(who, key, noEnd, access));
  }

  #operation(who: CommandAuth | undefined, { request }: RequestOp): EtcdRefusal | undefined {
    switch (request?.case) {
      case 'range':
        return this.range(who, request.value);
      case 'put':
        return this.put(who, request.value);
      case 'deleteRange':
        return this.deleteRange(who, request.value);
      case 'txn':
        return this.txn(who, request.value);
      case undefined:
        return undefined;
    }
  }
}

function first<Value>(
  values: Iterable<Value>,
  refusalOf: (value: Value) => EtcdRefusal | undefined,
): EtcdRefusal | undefined {
  for (const value of values) {
    const refusal = refusalOf(value);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
