import type { DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest } from '../../etcd/kv.ts';
import type { AuthState } from '../auth-state.ts';
import type { CommandAuth } from '../command.ts';
import type { Contents } from '../contents.ts';
import type { EtcdRefusal } from '../state-machine.ts';

/** Who asks; undefined for nobody who has said so. */
export type Asking = CommandAuth | undefined;

/** Asks users and roles whether a request may be served: at the door, and again when it is applied. */
export class Permissions {
  private readonly auth: AuthState;
  private readonly contents: () => Contents;

  constructor(auth: AuthState, contents: () => Contents) {
    this.auth = auth;
    this.contents = contents;
  }

  range(asking: Asking, request: RangeRequest): EtcdRefusal | undefined {
    return this.keyRange(asking, request.key, request.rangeEnd, 'read');
  }

  put(asking: Asking, request: PutRequest): EtcdRefusal | undefined {
    return (
      this.keyRange(asking, request.key, oneKey, 'write') ??
      this.lease(asking, request.lease, 'write') ??
      (request.prevKv ? this.keyRange(asking, request.key, oneKey, 'read') : undefined)
    );
  }

  deleteRange(asking: Asking, request: DeleteRangeRequest): EtcdRefusal | undefined {
    return (
      this.keyRange(asking, request.key, request.rangeEnd, 'write') ??
      (request.prevKv ? this.keyRange(asking, request.key, request.rangeEnd, 'read') : undefined)
    );
  }

  txn(asking: Asking, request: TxnRequest): EtcdRefusal | undefined {
    for (const { key, rangeEnd } of request.compare) {
      const refusal = this.keyRange(asking, key, rangeEnd, 'read');
      if (refusal !== undefined) return refusal;
    }
    return this.operations(asking, request.success) ?? this.operations(asking, request.failure);
  }

  /**
   * Who cannot write all keys that go with a lease cannot revoke it, renew it, nor have further keys go with it; who cannot
   * read them all cannot have them listed.
   */
  lease(asking: Asking, id: bigint, access: 'read' | 'write'): EtcdRefusal | undefined {
    const contents = this.contents();
    const keys = contents.leases.keysOf(id);
    if (keys.size === 0 || this.auth.permitsAll(asking) === undefined) return undefined;
    for (const key of keys) {
      const refusal = this.keyRange(asking, contents.keys.versions.keyBytes(key), oneKey, access);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  private operations(asking: Asking, operations: readonly RequestOp[]): EtcdRefusal | undefined {
    for (const { request } of operations) {
      const refusal = this.operation(asking, request);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  private operation(asking: Asking, request: RequestOp['request']): EtcdRefusal | undefined {
    switch (request?.case) {
      case 'range':
        return this.range(asking, request.value);
      case 'put':
        return this.put(asking, request.value);
      case 'deleteRange':
        return this.deleteRange(asking, request.value);
      case 'txn':
        return this.txn(asking, request.value);
      default:
        return undefined;
    }
  }

  private keyRange(
    asking: Asking,
    key: Uint8Array,
    rangeEnd: Uint8Array,
    access: 'read' | 'write',
  ): EtcdRefusal | undefined {
    return this.auth.permits(asking, key, rangeEnd, access);
  }
}

const oneKey: Uint8Array = new Uint8Array(0);
