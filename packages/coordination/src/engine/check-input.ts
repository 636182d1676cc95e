import { invalidArgument, toPositiveMicros } from '@holdfast/core';
import { coordinationErrors } from '../errors.ts';
import type { Capabilities } from '../store/capabilities.ts';
import type {
  Compare,
  GetOptions,
  Lease,
  Operation,
  PutOptions,
  RangeOptions,
  Transaction,
  WatchOptions,
} from '../store/coordination-store.ts';

/** Half of a code point has no UTF-8 form: two such keys would become one. */
const loneSurrogate = /\p{Surrogate}/u;

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkGet(key: string, options: GetOptions = {}): void {
  checkKey('key', key);
  checkReading(options);
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkRange(prefix: string, options: RangeOptions = {}): void {
  checkPrefix('prefix', prefix);
  checkReading(options);
  if (options.limit !== undefined) checkCount('options.limit', options.limit);
  if (options.after !== undefined) checkKey('options.after', options.after);
}

/** @throws HoldfastError INVALID_ARGUMENT, LEASE_LOST, REQUEST_TOO_LARGE. */
export function checkPut(
  key: string,
  value: Uint8Array,
  options: PutOptions = {},
  capabilities: Capabilities,
): void {
  checkKey('key', key);
  checkValue('value', value);
  checkLease('options.lease', options.lease);
  checkBytes(value.length + key.length, capabilities);
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkDelete(key: string): void {
  checkKey('key', key);
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkDeletePrefix(prefix: string): void {
  checkPrefix('prefix', prefix);
}

/** @throws HoldfastError INVALID_ARGUMENT, LEASE_LOST, TRANSACTION_TOO_LARGE, REQUEST_TOO_LARGE. */
export function checkTransaction(transaction: Transaction, capabilities: Capabilities): void {
  if (typeof transaction !== 'object' || transaction === null) {
    throw invalidArgument('transaction', transaction, 'an object with compare and then');
  }
  const { compare, then, else: otherwise = [] } = transaction;
  const lists = [
    ['transaction.compare', compare],
    ['transaction.then', then],
    ['transaction.else', otherwise],
  ] as const;
  const { transactionOperationsMax, engine } = capabilities;
  for (const [field, list] of lists) {
    if (!Array.isArray(list)) throw invalidArgument(field, list, 'an array');
    if (list.length <= transactionOperationsMax) continue;
    throw coordinationErrors.create('TRANSACTION_TOO_LARGE', {
      message: `${field} has ${list.length} entries, but ${engine} takes ${transactionOperationsMax}: split it`,
      context: { field, length: list.length, transactionOperationsMax },
    });
  }
  let bytes = 0;
  for (const [index, each] of compare.entries()) bytes += checkCompare(`transaction.compare[${index}]`, each);
  for (const [field, operations] of [lists[1], lists[2]]) {
    for (const [index, each] of operations.entries()) bytes += checkOperation(`${field}[${index}]`, each);
    checkChangesOnce(field, operations);
  }
  checkBytes(bytes, capabilities);
}

/** The microseconds of `ttl`. @throws HoldfastError INVALID_ARGUMENT. */
export function checkTtl(ttl: Parameters<typeof toPositiveMicros>[0]): number {
  return toPositiveMicros(ttl, 'ttl');
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkWatch(prefix: string, options: WatchOptions = {}): void {
  checkPrefix('prefix', prefix);
  if (options.from !== undefined) checkCount('options.from', options.from);
}

function checkReading({ consistency, revision }: GetOptions): void {
  if (consistency !== undefined && consistency !== 'linearizable' && consistency !== 'stale') {
    throw invalidArgument('options.consistency', consistency, "'linearizable' or 'stale'");
  }
  if (revision !== undefined) checkCount('options.revision', revision);
}

function checkKey(field: string, key: unknown): asserts key is string {
  if (typeof key !== 'string' || key === '' || loneSurrogate.test(key)) {
    throw invalidArgument(field, key, 'a string of at least one character, without half of a surrogate pair');
  }
}

function checkPrefix(field: string, prefix: unknown): asserts prefix is string {
  if (typeof prefix !== 'string' || loneSurrogate.test(prefix)) {
    throw invalidArgument(field, prefix, 'a string without half of a surrogate pair');
  }
}

function checkValue(field: string, value: unknown): asserts value is Uint8Array {
  if (!(value instanceof Uint8Array)) throw invalidArgument(field, value, 'a Uint8Array');
}

function checkCount(field: string, count: unknown): void {
  if (!(Number.isSafeInteger(count) && Number(count) >= 1)) {
    throw invalidArgument(field, count, 'a whole number from 1');
  }
}

function checkLease(field: string, lease: Lease | undefined): void {
  if (lease === undefined) return;
  if (typeof lease?.id !== 'string') throw invalidArgument(field, lease, 'a lease that grantLease gave');
  if (lease.held) return;
  throw coordinationErrors.create('LEASE_LOST', {
    message: `${field} is lease ${lease.id}, which is lost: what hangs on it may be gone; get a new one`,
    cause: lease.lost.reason,
    context: { lease: lease.id },
  });
}

const comparisons: readonly unknown[] = ['=', '!=', '<', '>'];

/** The bytes that it takes. */
function checkCompare(field: string, compare: Compare): number {
  const { key, target, is, value } = compare;
  checkKey(`${field}.key`, key);
  if (!comparisons.includes(is)) throw invalidArgument(`${field}.is`, is, "'=', '!=', '<' or '>'");
  switch (target) {
    case 'value':
      checkValue(`${field}.value`, value);
      return key.length + value.length;
    case 'createRevision':
    case 'modRevision':
    case 'version':
      if (Number.isSafeInteger(value) && value >= 0) return key.length;
      throw invalidArgument(`${field}.value`, value, 'a whole number from 0');
    default:
      throw invalidArgument(
        `${field}.target`,
        target,
        "'createRevision', 'modRevision', 'version' or 'value'",
      );
  }
}

/** The bytes that it takes. */
function checkOperation(field: string, operation: Operation): number {
  switch (operation.do) {
    case 'get':
    case 'delete':
      checkKey(`${field}.key`, operation.key);
      return operation.key.length;
    case 'range':
      if (operation.limit !== undefined) checkCount(`${field}.limit`, operation.limit);
      checkPrefix(`${field}.prefix`, operation.prefix);
      return operation.prefix.length;
    case 'deletePrefix':
      checkPrefix(`${field}.prefix`, operation.prefix);
      return operation.prefix.length;
    case 'put':
      checkKey(`${field}.key`, operation.key);
      checkValue(`${field}.value`, operation.value);
      checkLease(`${field}.lease`, operation.lease);
      return operation.key.length + operation.value.length;
    default: {
      const { do: unknown } = operation as { do: unknown };
      throw invalidArgument(`${field}.do`, unknown, "'get', 'range', 'put', 'delete' or 'deletePrefix'");
    }
  }
}

/** A key that a branch puts may be neither put again nor deleted in it: which of the two would watchers be told? */
function checkChangesOnce(field: string, operations: readonly Operation[]): void {
  const put = new Map<string, number>();
  for (const [index, operation] of operations.entries()) {
    if (operation.do !== 'put') continue;
    if (put.has(operation.key)) throw changedTwice(`${field}[${index}].key`, operation.key);
    put.set(operation.key, index);
  }
  for (const [index, operation] of operations.entries()) {
    if (operation.do === 'delete' && put.has(operation.key)) {
      throw changedTwice(`${field}[${index}].key`, operation.key);
    }
    if (operation.do !== 'deletePrefix') continue;
    for (const key of put.keys()) {
      if (key.startsWith(operation.prefix)) throw changedTwice(`${field}[${index}].prefix`, operation.prefix);
    }
  }
}

function changedTwice(field: string, value: string): Error {
  return invalidArgument(field, value, 'different from what this branch changes already');
}

/** `bytes` counts characters of keys, which is the least that they take: servers count for themselves. */
function checkBytes(bytes: number, { engine, requestBytesMax }: Capabilities): void {
  if (bytes <= requestBytesMax) return;
  throw coordinationErrors.create('REQUEST_TOO_LARGE', {
    message: `the request has ${bytes} bytes, but ${engine} takes ${requestBytesMax}: keep large values elsewhere`,
    context: { bytes, requestBytesMax },
  });
}
