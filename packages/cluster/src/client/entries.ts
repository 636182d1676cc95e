import type { Entry } from '@holdfast/coordination';
import type { KeyValue } from '../etcd/key-value.ts';
import { decodeKey } from './key-range.ts';

/** An entry of the contract. Its value is a copy: a view would keep the whole response in memory. */
export function decodeEntry({ key, value, createRevision, modRevision, version, lease }: KeyValue): Entry {
  return {
    key: decodeKey(key),
    value: value.slice(),
    createRevision,
    modRevision,
    version,
    lease: lease === 0n ? undefined : leaseName(lease),
  };
}

/** A lease's id as etcd's tools show it: hexadecimal. */
export function leaseName(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16).padStart(16, '0');
}

/** What {@link leaseName} made a name of. */
export function leaseId(name: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${name}`));
}
