import type { PutRequest, RequestOp, TxnRequest } from '../../etcd/kv.ts';
import { versionOverhead } from '../keys/key-space.ts';

/** What a lease counts against the quota; etcd's estimate. */
export const leaseCost = 64;

/** What a put adds to what counts against the quota. */
export function costOfPut(request: PutRequest): number {
  return versionOverhead + request.key.length + request.value.length;
}

/** The larger of what its branches add at most. 0: it puts nothing, and is done also when there is no room. */
export function costOfTxn(request: TxnRequest): number {
  return Math.max(costOfOperations(request.success), costOfOperations(request.failure));
}

function costOfOperations(operations: readonly RequestOp[]): number {
  let cost = 0;
  for (const { request } of operations) {
    if (request?.case === 'put') cost += costOfPut(request.value);
    else if (request?.case === 'txn') cost += costOfTxn(request.value);
  }
  return cost;
}
