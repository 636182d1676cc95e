import type {
  Compare as CompareKey,
  Operation,
  OperationResult,
  Transaction,
  TransactionResult,
} from '@holdfast/coordination';
import { coordinationErrors } from '@holdfast/coordination';
import {
  Compare,
  CompareResult,
  CompareTarget,
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  type RequestOp,
  type ResponseOp,
  TxnRequest,
  type TxnResponse,
} from '../etcd/kv.ts';
import { decodeEntry, leaseId } from './entries.ts';
import { encodeKey, oneKey, prefixRange } from './key-range.ts';

/** A transaction of the contract in etcd's words. */
export function encodeTransaction({ compare, then, else: otherwise = [] }: Transaction): TxnRequest {
  return TxnRequest.create({
    compare: compare.map(encodeCompare),
    success: then.map(encodeOperation),
    failure: otherwise.map(encodeOperation),
  });
}

/** What became of `transaction`. */
export function decodeTransaction(
  { then, else: otherwise = [] }: Transaction,
  { succeeded, responses, header }: TxnResponse,
): TransactionResult {
  const branch = succeeded ? then : otherwise;
  return {
    succeeded,
    revision: header?.revision ?? 0,
    results: branch.map((operation, index) => decodeResult(operation, responses[index])),
  };
}

const results = {
  '=': CompareResult.EQUAL,
  '!=': CompareResult.NOT_EQUAL,
  '<': CompareResult.LESS,
  '>': CompareResult.GREATER,
} as const;

const targets = {
  createRevision: CompareTarget.CREATE,
  modRevision: CompareTarget.MOD,
  version: CompareTarget.VERSION,
  value: CompareTarget.VALUE,
} as const;

function encodeCompare(compare: CompareKey): Compare {
  const { key, target, is, value } = compare;
  return Compare.create({
    key: encodeKey(key),
    result: results[is],
    target: targets[target],
    targetUnion: target === 'value' ? { case: 'value', value } : { case: target, value },
  });
}

function encodeOperation(operation: Operation): RequestOp {
  switch (operation.do) {
    case 'get':
      return { request: { case: 'range', value: RangeRequest.create(oneKey(operation.key)) } };
    case 'range': {
      const { prefix, limit = 0 } = operation;
      return { request: { case: 'range', value: RangeRequest.create({ ...prefixRange(prefix), limit }) } };
    }
    case 'put': {
      const { key, value, lease } = operation;
      const put = { key: encodeKey(key), value, lease: lease === undefined ? 0n : leaseId(lease.id) };
      return { request: { case: 'put', value: PutRequest.create(put) } };
    }
    case 'delete':
      return { request: { case: 'deleteRange', value: DeleteRangeRequest.create(oneKey(operation.key)) } };
    case 'deletePrefix': {
      const range = prefixRange(operation.prefix);
      return { request: { case: 'deleteRange', value: DeleteRangeRequest.create(range) } };
    }
  }
}

function decodeResult(operation: Operation, response: ResponseOp | undefined): OperationResult {
  const answer = response?.response;
  switch (operation.do) {
    case 'get':
    case 'range':
      if (answer?.case !== 'range') throw misanswered(operation);
      return { did: operation.do, entries: answer.value.kvs.map(decodeEntry), more: answer.value.more };
    case 'put':
      if (answer?.case !== 'put') throw misanswered(operation);
      return { did: 'put' };
    case 'delete':
    case 'deletePrefix':
      if (answer?.case !== 'deleteRange') throw misanswered(operation);
      return { did: operation.do, deleted: answer.value.deleted };
  }
}

function misanswered({ do: operation }: Operation): Error {
  return coordinationErrors.create('REQUEST_REFUSED', {
    message: `the store answered a ${operation} with something else: is it what it says to be?`,
    executed: 'maybe',
  });
}
