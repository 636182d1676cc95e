import fc from 'fast-check';
import {
  CompactionRequest,
  type Compare,
  DeleteRangeRequest,
  PutRequest,
  type RangeRequest,
  type RequestOp,
  TxnRequest,
} from '../../src/etcd/kv.ts';
import { LeaseCheckpointRequest, LeaseGrantRequest, LeaseRevokeRequest } from '../../src/etcd/lease.ts';
import { type CommandKind, encodeCommand } from '../../src/state/command.ts';
import { checkPutRequest, checkTxnRequest } from '../../src/state/requests/request-checks.ts';
import { bytesOf, type NaiveStore } from './naive-store.ts';

/** A command for the store, and the same for the model. */
export interface RandomCommand {
  readonly kind: CommandKind;
  /** Revisions in it are so many before the present one. */
  payload(revision: number): Uint8Array;
  expected(model: NaiveStore, payload: Uint8Array): unknown;
}

export const anyKey: fc.Arbitrary<Uint8Array> = fc
  .array(fc.constantFrom('a', 'b', 'c', '\0', '\xff'), { minLength: 1, maxLength: 2 })
  .map((letters) => bytesOf(letters.join('')));

export const anyRangeEnd: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(bytesOf('')) },
  { weight: 1, arbitrary: fc.constant(bytesOf('\0')) },
  { weight: 2, arbitrary: anyKey },
);

const anyValue = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 30, max: 6000 }).map((length) => new Uint8Array(length).fill(7)),
  },
);

const anyLease = fc.constantFrom(0n, 0n, 0n, 1n, 2n, -3n);

const anyPut: fc.Arbitrary<PutRequest> = fc
  .record({
    key: anyKey,
    value: anyValue,
    lease: anyLease,
    prevKv: fc.boolean(),
    ignoreValue: fc.nat(6).map((chance) => chance === 0),
    ignoreLease: fc.nat(6).map((chance) => chance === 0),
  })
  .map((put) => ({
    ...put,
    value: put.ignoreValue ? bytesOf('') : put.value,
    lease: put.ignoreLease ? 0n : put.lease,
  }));

const anyDelete: fc.Arbitrary<DeleteRangeRequest> = fc.record({
  key: anyKey,
  rangeEnd: anyRangeEnd,
  prevKv: fc.boolean(),
});

const anyBound = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(30) });

/** `revision` is so many before the present one, or 0. */
export const anyRange: fc.Arbitrary<RangeRequest> = fc.record({
  key: anyKey,
  rangeEnd: anyRangeEnd,
  limit: fc.oneof(fc.constant(0), fc.nat(4)),
  revision: fc.oneof(fc.constant(0), fc.integer({ min: -2, max: 8 })),
  sortOrder: fc.nat(2),
  sortTarget: fc.nat(4),
  serializable: fc.boolean(),
  keysOnly: fc.boolean(),
  countOnly: fc.nat(5).map((chance) => chance === 0),
  minModRevision: anyBound,
  maxModRevision: anyBound,
  minCreateRevision: anyBound,
  maxCreateRevision: anyBound,
});

export function rangeAt(range: RangeRequest, revision: number): RangeRequest {
  return range.revision === 0 ? range : { ...range, revision: Math.max(0, revision - range.revision) };
}

const anyCompare: fc.Arbitrary<Compare> = fc.record({
  result: fc.nat(3),
  target: fc.nat(4),
  key: anyKey,
  rangeEnd: anyRangeEnd,
  targetUnion: fc.oneof(
    fc.constant(undefined),
    fc.record({ case: fc.constant('version' as const), value: fc.nat(3) }),
    fc.record({ case: fc.constant('createRevision' as const), value: fc.nat(12) }),
    fc.record({ case: fc.constant('modRevision' as const), value: fc.nat(12) }),
    fc.record({ case: fc.constant('value' as const), value: fc.uint8Array({ maxLength: 1 }) }),
    fc.record({ case: fc.constant('lease' as const), value: anyLease }),
  ),
});

const { txn: anyTxn } = fc.letrec<{ txn: TxnRequest; operation: RequestOp }>((tie) => ({
  operation: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: anyPut.map((value) => ({ request: { case: 'put', value } }) as RequestOp) },
    { weight: 2, arbitrary: anyRange.map((value) => ({ request: { case: 'range', value } }) as RequestOp) },
    {
      weight: 2,
      arbitrary: anyDelete.map((value) => ({ request: { case: 'deleteRange', value } }) as RequestOp),
    },
    { weight: 1, arbitrary: tie('txn').map((value) => ({ request: { case: 'txn', value } }) as RequestOp) },
  ),
  txn: fc.record({
    compare: fc.array(anyCompare, { maxLength: 2 }),
    success: fc.array(tie('operation'), { maxLength: 3 }),
    failure: fc.array(tie('operation'), { maxLength: 3 }),
  }),
}));

function txnAt(txn: TxnRequest, revision: number): TxnRequest {
  const place = ({ request }: RequestOp): RequestOp => {
    if (request?.case === 'range')
      return { request: { case: 'range', value: rangeAt(request.value, revision) } };
    if (request?.case === 'txn') return { request: { case: 'txn', value: txnAt(request.value, revision) } };
    return { request };
  };
  return { compare: txn.compare, success: txn.success.map(place), failure: txn.failure.map(place) };
}

export const anyCommand: fc.Arbitrary<RandomCommand> = fc.oneof(
  {
    weight: 8,
    arbitrary: anyPut
      .filter((put) => checkPutRequest(put) === undefined)
      .map((put) => ({
        kind: 'put' as const,
        payload: () => PutRequest.encode(put).slice(),
        expected: (model: NaiveStore) => model.put(put),
      })),
  },
  {
    weight: 3,
    arbitrary: anyDelete.map((request) => ({
      kind: 'delete-range' as const,
      payload: () => DeleteRangeRequest.encode(request).slice(),
      expected: (model: NaiveStore) => model.deleteRange(request),
    })),
  },
  {
    weight: 4,
    arbitrary: anyTxn
      .filter((txn) => checkTxnRequest(txn) === undefined)
      .map((txn) => ({
        kind: 'txn' as const,
        payload: (revision: number) => TxnRequest.encode(txnAt(txn, revision)).slice(),
        expected: (model: NaiveStore, payload: Uint8Array) => model.txn(TxnRequest.decode(payload)),
      })),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: -1, max: 6 }).map((back) => ({
      kind: 'compact' as const,
      payload: (revision: number) =>
        CompactionRequest.encode({ revision: revision - back, physical: false }).slice(),
      expected: (model: NaiveStore) => model.compact(model.revision - back),
    })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ id: fc.constantFrom(0n, 1n, 2n, -3n), ttl: fc.constantFrom(1, 60, 9_000_000_001) })
      .map((request) => ({
        kind: 'lease-grant' as const,
        payload: () => LeaseGrantRequest.encode(request).slice(),
        expected: (model: NaiveStore) => model.grant(request.id, request.ttl),
      })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(1n, 2n, -3n).map((id) => ({
      kind: 'lease-revoke' as const,
      payload: () => LeaseRevokeRequest.encode({ id }).slice(),
      expected: (model: NaiveStore) => model.revoke(id),
    })),
  },
  {
    weight: 1,
    arbitrary: fc.record({ id: fc.constantFrom(1n, 2n), remainingTtl: fc.nat(50) }).map((checkpoint) => ({
      kind: 'lease-checkpoint' as const,
      payload: () => LeaseCheckpointRequest.encode({ checkpoints: [checkpoint] }).slice(),
      expected: (model: NaiveStore) => {
        const lease = model.leases.get(checkpoint.id);
        if (lease !== undefined) {
          model.leases.set(checkpoint.id, { ttl: lease.ttl, remaining: checkpoint.remainingTtl });
        }
        return undefined;
      },
    })),
  },
);

/** Encodes a command as it stands in a log now. */
export function commandBytes(command: RandomCommand, revision: number): Uint8Array {
  return encodeCommand({ kind: command.kind, payload: command.payload(revision) });
}

/** Nested objects with bytes as text, so that views and arrays of other classes compare. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
