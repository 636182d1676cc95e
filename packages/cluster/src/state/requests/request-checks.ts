import { etcdRefusals } from '../../etcd/etcd-errors.ts';
import type { DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest } from '../../etcd/kv.ts';
import { latin1 } from '../memory/latin1.ts';
import type { EtcdRefusal } from '../state-machine.ts';

/** Operations in each branch of a transaction, and comparisons; etcd's default. */
const txnOperationsMax = 128;

/** What etcd refuses of a request by looking at it alone: asked at the door, before it is proposed. */
export function checkRangeRequest(request: RangeRequest): EtcdRefusal | undefined {
  return request.key.length === 0 ? etcdRefusals.emptyKey : undefined;
}

export function checkPutRequest(request: PutRequest): EtcdRefusal | undefined {
  if (request.key.length === 0) return etcdRefusals.emptyKey;
  if (request.ignoreValue && request.value.length > 0) return etcdRefusals.valueProvided;
  if (request.ignoreLease && request.lease !== 0n) return etcdRefusals.leaseProvided;
  return undefined;
}

export function checkDeleteRangeRequest(request: DeleteRangeRequest): EtcdRefusal | undefined {
  return request.key.length === 0 ? etcdRefusals.emptyKey : undefined;
}

/** Each level of transactions within transactions takes its own operations off what deeper ones may have. */
export function checkTxnRequest(
  request: TxnRequest,
  operationsMax: number = txnOperationsMax,
): EtcdRefusal | undefined {
  return (
    checkOperations(request, operationsMax) ??
    collectChanges(request.success).refusal ??
    collectChanges(request.failure).refusal
  );
}

function checkOperations(request: TxnRequest, operationsMax: number): EtcdRefusal | undefined {
  const { compare, success, failure } = request;
  const operations = Math.max(compare.length, success.length, failure.length);
  if (operations > operationsMax) return etcdRefusals.tooManyOps;
  if (compare.some(({ key }) => key.length === 0)) return etcdRefusals.emptyKey;
  for (const operation of [...success, ...failure]) {
    const refusal = checkOperation(operation, operationsMax - operations);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function checkOperation({ request }: RequestOp, operationsMax: number): EtcdRefusal | undefined {
  switch (request?.case) {
    case 'range':
      return checkRangeRequest(request.value);
    case 'put':
      return checkPutRequest(request.value);
    case 'deleteRange':
      return checkDeleteRangeRequest(request.value);
    case 'txn':
      return checkOperations(request.value, operationsMax);
    default:
      return etcdRefusals.keyNotFound;
  }
}

/** What a list of operations changes: keys that it puts, as latin1, and ranges that it deletes. */
interface Changes {
  readonly puts: Set<string>;
  readonly deletes: DeletedRange[];
  readonly refusal?: EtcdRefusal;
}

interface DeletedRange {
  readonly from: string;
  /** Undefined: only `from`. Empty: all from there on. */
  readonly end: string | undefined;
}

/** No key may be put twice, nor put and deleted; but one branch may put what the other one of the same transaction does. */
function collectChanges(operations: readonly RequestOp[]): Changes {
  const puts = new Set<string>();
  const deletes: DeletedRange[] = [];
  const refused: Changes = { puts, deletes, refusal: etcdRefusals.duplicateKey };
  for (const { request } of operations) {
    if (request?.case === 'deleteRange') deletes.push(deletedRange(request.value));
  }
  for (const { request } of operations) {
    if (request?.case !== 'txn') continue;
    const success = collectChanges(request.value.success);
    if (success.refusal !== undefined) return success;
    const failure = collectChanges(request.value.failure);
    if (failure.refusal !== undefined) return failure;
    for (const key of success.puts) {
      if (puts.has(key) || isDeleted(key, deletes)) return refused;
      puts.add(key);
    }
    for (const key of failure.puts) {
      if ((puts.has(key) && !success.puts.has(key)) || isDeleted(key, deletes)) return refused;
      puts.add(key);
    }
    deletes.push(...success.deletes, ...failure.deletes);
  }
  for (const { request } of operations) {
    if (request?.case !== 'put') continue;
    const key = latin1(request.value.key);
    if (puts.has(key) || isDeleted(key, deletes)) return refused;
    puts.add(key);
  }
  return { puts, deletes };
}

function deletedRange({ key, rangeEnd }: DeleteRangeRequest): DeletedRange {
  if (rangeEnd.length === 0) return { from: latin1(key), end: undefined };
  return { from: latin1(key), end: rangeEnd.length === 1 && rangeEnd[0] === 0 ? '' : latin1(rangeEnd) };
}

function isDeleted(key: string, deletes: readonly DeletedRange[]): boolean {
  return deletes.some(({ from, end }) =>
    end === undefined ? key === from : key >= from && (end === '' || key < end),
  );
}
