import { describe, expect, test } from 'vitest';
import { etcdRefusals } from '../../etcd/etcd-errors.ts';
import {
  Compare,
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  type RequestOp,
  TxnRequest,
} from '../../etcd/kv.ts';
import { checkPutRequest, checkTxnRequest } from './request-checks.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const put = (key: string): RequestOp => ({
  request: { case: 'put', value: PutRequest.create({ key: bytes(key) }) },
});
const remove = (key: string, rangeEnd = ''): RequestOp => ({
  request: {
    case: 'deleteRange',
    value: DeleteRangeRequest.create({ key: bytes(key), rangeEnd: bytes(rangeEnd) }),
  },
});
const read = (key: string): RequestOp => ({
  request: { case: 'range', value: RangeRequest.create({ key: bytes(key) }) },
});
const within = (success: RequestOp[], failure: RequestOp[] = []): RequestOp => ({
  request: { case: 'txn', value: { compare: [], success, failure } },
});
const check = (success: RequestOp[], failure: RequestOp[] = []) =>
  checkTxnRequest(TxnRequest.create({ success, failure }));

describe('requests at the door', () => {
  test('say what they lack or have too much', () => {
    expect(checkPutRequest(PutRequest.create({}))).toBe(etcdRefusals.emptyKey);
    const key = bytes('k');
    expect(checkPutRequest(PutRequest.create({ key, value: key, ignoreValue: true }))).toBe(
      etcdRefusals.valueProvided,
    );
    expect(checkPutRequest(PutRequest.create({ key, lease: 1n, ignoreLease: true }))).toBe(
      etcdRefusals.leaseProvided,
    );
    expect(check([read('')])).toBe(etcdRefusals.emptyKey);
    expect(check([{ request: undefined }])).toBe(etcdRefusals.keyNotFound);
    expect(checkTxnRequest(TxnRequest.create({ compare: [Compare.create({})] }))).toBe(etcdRefusals.emptyKey);
  });

  test('have 128 operations at most, less what the transaction around them has', () => {
    const reads = (count: number): RequestOp[] => Array.from({ length: count }, () => read('k'));
    expect(check(reads(128), reads(128))).toBe(undefined);
    expect(check(reads(129))).toBe(etcdRefusals.tooManyOps);
    expect(check([within(reads(127))])).toBe(undefined);
    expect(check([within(reads(128))])).toBe(etcdRefusals.tooManyOps);
  });

  test('change a key once at most', () => {
    const duplicate = etcdRefusals.duplicateKey;
    expect(check([put('a'), put('b'), remove('c')], [put('a')])).toBe(undefined);
    expect(check([put('a'), put('a')])).toBe(duplicate);
    expect(check([put('a'), remove('a')])).toBe(duplicate);
    expect(check([put('b'), remove('a', 'c')])).toBe(duplicate);
    expect(check([put('c'), remove('a', 'c')])).toBe(undefined);
    expect(check([remove('a', '\0'), put('b')])).toBe(duplicate);
    expect(check([], [put('a'), within([put('a')])])).toBe(duplicate);
    expect(check([remove('a'), within([], [put('a')])])).toBe(duplicate);
    expect(check([within([remove('a')]), put('a')])).toBe(duplicate);
    // Only one of the branches is taken.
    expect(check([within([put('a')], [put('a')])])).toBe(undefined);
    expect(check([within([put('a')]), within([], [put('a')])])).toBe(duplicate);
    // Two deletions do no harm.
    expect(check([remove('a'), remove('a', 'c')])).toBe(undefined);
  });
});
