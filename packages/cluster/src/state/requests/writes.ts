import { etcdRefusals } from '../../etcd/etcd-errors.ts';
import type { KeyValue } from '../../etcd/key-value.ts';
import type { DeleteRangeRequest, DeleteRangeResponse, PutRequest, PutResponse } from '../../etcd/kv.ts';
import type { KeySpace } from '../keys/key-space.ts';
import type { Leases } from '../leases/leases.ts';
import type { EtcdRefusal } from '../state-machine.ts';
import { revisionOnly } from './revision-only.ts';

/** Why a put cannot be done. */
export function checkPut(keys: KeySpace, leases: Leases, request: PutRequest): EtcdRefusal | undefined {
  return checkLease(leases, request) ?? checkIgnored(keys, request);
}

/** The same in a transaction, where it is asked of the state before it, for all its puts; and, as in etcd, in this order. */
export function checkPutInTxn(keys: KeySpace, leases: Leases, request: PutRequest): EtcdRefusal | undefined {
  return checkIgnored(keys, request) ?? checkLease(leases, request);
}

function checkLease(leases: Leases, { lease }: PutRequest): EtcdRefusal | undefined {
  return lease !== 0n && !leases.has(lease) ? etcdRefusals.leaseNotFound : undefined;
}

/** What is kept must be there. */
function checkIgnored(keys: KeySpace, request: PutRequest): EtcdRefusal | undefined {
  const ignores = request.ignoreValue || request.ignoreLease;
  return ignores && currentVersion(keys, request.key) === 0 ? etcdRefusals.keyNotFound : undefined;
}

/** Puts, within the transaction under way. */
export function put(keys: KeySpace, request: PutRequest): PutResponse {
  let { value, lease } = request;
  let prevKv: KeyValue | undefined;
  if (request.prevKv || request.ignoreValue || request.ignoreLease) {
    const previous = currentVersion(keys, request.key);
    if (previous !== 0) {
      if (request.ignoreValue) value = keys.versions.valueBytes(previous);
      if (request.ignoreLease) lease = keys.versions.leaseOf(previous);
      if (request.prevKv) prevKv = keys.versions.keyValue(previous);
    }
  }
  keys.put(request.key, value, lease);
  return { header: revisionOnly(keys.revision + 1), prevKv };
}

/** Deletes, within the transaction under way. */
export function deleteRange(keys: KeySpace, request: DeleteRangeRequest): DeleteRangeResponse {
  const deleted: number[] = [];
  const prevKvs: KeyValue[] = [];
  keys.visit(request.key, request.rangeEnd, keys.revision + 1, (version, keyAddress) => {
    deleted.push(keyAddress);
    if (request.prevKv) prevKvs.push(keys.versions.keyValue(version));
    return true;
  });
  for (const keyAddress of deleted) keys.deleteKey(keyAddress);
  const revision = keys.changes > 0 ? keys.revision + 1 : keys.revision;
  return { header: revisionOnly(revision), deleted: deleted.length, prevKvs };
}

function currentVersion(keys: KeySpace, key: Uint8Array): number {
  const address = keys.index.find(key);
  return address === 0 ? 0 : keys.versionAt(address, keys.revision + 1);
}
