import type { KeyValue } from '../../etcd/key-value.ts';
import {
  type Compare,
  CompareResult,
  CompareTarget,
  type RequestOp,
  type ResponseOp,
  type TxnRequest,
  type TxnResponse,
} from '../../etcd/kv.ts';
import type { KeySpace } from '../keys/key-space.ts';
import type { Leases } from '../leases/leases.ts';
import type { EtcdRefusal } from '../state-machine.ts';
import { checkRevision, readRange } from './range.ts';
import type { Result } from './result.ts';
import { revisionOnly } from './revision-only.ts';
import { checkPutInTxn, deleteRange, put } from './writes.ts';

/** Whether no operation of it is anything but a range. */
export function isReadOnly(request: TxnRequest): boolean {
  return request.success.every(isRange) && request.failure.every(isRange);
}

/**
 * Applies a transaction. As in etcd, all comparisons, also those of transactions within it, and all checks see the state
 * before it; then its operations are done one after the other, and each sees those before it.
 */
export function applyTransaction(keys: KeySpace, leases: Leases, request: TxnRequest): Result<TxnResponse> {
  const plan = planOf(keys, request);
  const refusal = checkPuts(keys, leases, plan) ?? checkRanges(keys, plan);
  if (refusal !== undefined) return { refusal };
  keys.begin();
  const response = carryOut(keys, plan);
  const revision = keys.end();
  return { response: { ...response, header: revisionOnly(revision) } };
}

/** The branch that was taken, and for each operation in it that is a transaction the branch taken there. */
interface Plan {
  readonly succeeded: boolean;
  readonly operations: readonly RequestOp[];
  readonly nested: readonly (Plan | undefined)[];
}

function planOf(keys: KeySpace, request: TxnRequest): Plan {
  const succeeded = request.compare.every((compare) => holds(keys, compare));
  const operations = succeeded ? request.success : request.failure;
  const nested = operations.map(({ request: operation }) =>
    operation?.case === 'txn' ? planOf(keys, operation.value) : undefined,
  );
  return { succeeded, operations, nested };
}

function checkPuts(keys: KeySpace, leases: Leases, plan: Plan): EtcdRefusal | undefined {
  return checkEach(plan, ({ request }) =>
    request?.case === 'put' ? checkPutInTxn(keys, leases, request.value) : undefined,
  );
}

function checkRanges(keys: KeySpace, plan: Plan): EtcdRefusal | undefined {
  return checkEach(plan, ({ request }) =>
    request?.case === 'range' ? checkRevision(keys, request.value.revision) : undefined,
  );
}

function checkEach(
  plan: Plan,
  check: (operation: RequestOp) => EtcdRefusal | undefined,
): EtcdRefusal | undefined {
  for (let index = 0; index < plan.operations.length; index++) {
    const nested = plan.nested[index];
    const refusal = nested === undefined ? check(plan.operations[index]!) : checkEach(nested, check);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function carryOut(keys: KeySpace, plan: Plan): TxnResponse {
  const responses = plan.operations.map(({ request }, index): ResponseOp => {
    switch (request?.case) {
      case 'range':
        return { response: { case: 'range', value: readRange(keys, request.value) } };
      case 'put':
        return { response: { case: 'put', value: put(keys, request.value) } };
      case 'deleteRange':
        return { response: { case: 'deleteRange', value: deleteRange(keys, request.value) } };
      case 'txn':
        return { response: { case: 'txn', value: carryOut(keys, plan.nested[index]!) } };
      default:
        return { response: undefined };
    }
  });
  return { header: revisionOnly(0), succeeded: plan.succeeded, responses };
}

function isRange(operation: RequestOp): boolean {
  return operation.request?.case === 'range';
}

/** All keys of the range have to satisfy it; a range without keys counts as one key of zeros, without a value. */
function holds(keys: KeySpace, compare: Compare): boolean {
  let holding = true;
  let found = false;
  keys.visit(compare.key, compare.rangeEnd, keys.revision, (version) => {
    found = true;
    holding = holdsFor(compare, keys.versions.keyValue(version, compare.target !== CompareTarget.VALUE));
    return holding;
  });
  if (found) return holding;
  return compare.target !== CompareTarget.VALUE && holdsFor(compare, absent);
}

function holdsFor(compare: Compare, kv: KeyValue): boolean {
  const difference = differenceOf(compare, kv);
  switch (compare.result) {
    case CompareResult.EQUAL:
      return difference === 0;
    case CompareResult.NOT_EQUAL:
      return difference !== 0;
    case CompareResult.GREATER:
      return difference > 0;
    case CompareResult.LESS:
      return difference < 0;
    default:
      return true;
  }
}

function differenceOf(compare: Compare, kv: KeyValue): number {
  const union = compare.targetUnion;
  switch (compare.target) {
    case CompareTarget.VERSION:
      return kv.version - (union?.case === 'version' ? union.value : 0);
    case CompareTarget.CREATE:
      return kv.createRevision - (union?.case === 'createRevision' ? union.value : 0);
    case CompareTarget.MOD:
      return kv.modRevision - (union?.case === 'modRevision' ? union.value : 0);
    case CompareTarget.VALUE:
      return compareBytes(kv.value, union?.case === 'value' ? union.value : noBytes);
    case CompareTarget.LEASE: {
      const lease = union?.case === 'lease' ? union.value : 0n;
      return kv.lease < lease ? -1 : kv.lease > lease ? 1 : 0;
    }
    default:
      return 0;
  }
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const shorter = Math.min(one.length, other.length);
  for (let index = 0; index < shorter; index++) {
    const difference = one[index]! - other[index]!;
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

const noBytes: Uint8Array = new Uint8Array(0);
const absent: KeyValue = {
  key: noBytes,
  createRevision: 0,
  modRevision: 0,
  version: 0,
  value: noBytes,
  lease: 0n,
};
