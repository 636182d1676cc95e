import {
  bool,
  bytes,
  clampedInt53,
  enumeration,
  int53,
  int64,
  type MessageType,
  message,
  nested,
  type Oneof,
  oneof,
  repeated,
} from '@holdfast/transport/protobuf';
import { KeyValue } from './key-value.ts';
import { ResponseHeader } from './response-header.ts';

/** How a range is sorted. */
export const SortOrder = { NONE: 0, ASCEND: 1, DESCEND: 2 } as const;

/** What a range is sorted by. */
export const SortTarget = { KEY: 0, VERSION: 1, CREATE: 2, MOD: 3, VALUE: 4 } as const;

export interface RangeRequest {
  readonly key: Uint8Array;
  /** Empty: only `key`. One zero byte: all keys from `key`. Else: up to this one, without it. */
  readonly rangeEnd: Uint8Array;
  /** 0: none. */
  readonly limit: number;
  /** 0 or less: the newest. */
  readonly revision: number;
  /** One of {@link SortOrder}. */
  readonly sortOrder: number;
  /** One of {@link SortTarget}. */
  readonly sortTarget: number;
  /** Answered from what this member has, which may be old. */
  readonly serializable: boolean;
  readonly keysOnly: boolean;
  readonly countOnly: boolean;
  /** Keys changed before it are left out; 0: none are. */
  readonly minModRevision: number;
  readonly maxModRevision: number;
  readonly minCreateRevision: number;
  readonly maxCreateRevision: number;
}
export const RangeRequest: MessageType<RangeRequest> = message('etcdserverpb.RangeRequest', {
  key: bytes(1),
  rangeEnd: bytes(2),
  limit: clampedInt53(3),
  revision: clampedInt53(4),
  sortOrder: enumeration(5),
  sortTarget: enumeration(6),
  serializable: bool(7),
  keysOnly: bool(8),
  countOnly: bool(9),
  minModRevision: clampedInt53(10),
  maxModRevision: clampedInt53(11),
  minCreateRevision: clampedInt53(12),
  maxCreateRevision: clampedInt53(13),
});

export interface RangeResponse {
  readonly header: ResponseHeader | undefined;
  readonly kvs: readonly KeyValue[];
  /** Whether the limit cut it short. */
  readonly more: boolean;
  /** How many keys lie in the range, whatever the limit. */
  readonly count: number;
}
export const RangeResponse: MessageType<RangeResponse> = message('etcdserverpb.RangeResponse', {
  header: nested(1, ResponseHeader),
  kvs: repeated(nested(2, KeyValue)),
  more: bool(3),
  count: int53(4),
});

export interface PutRequest {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly lease: bigint;
  readonly prevKv: boolean;
  /** Keeps the value that is there. */
  readonly ignoreValue: boolean;
  /** Keeps the lease that is there. */
  readonly ignoreLease: boolean;
}
export const PutRequest: MessageType<PutRequest> = message('etcdserverpb.PutRequest', {
  key: bytes(1),
  value: bytes(2),
  lease: int64(3),
  prevKv: bool(4),
  ignoreValue: bool(5),
  ignoreLease: bool(6),
});

export interface PutResponse {
  readonly header: ResponseHeader | undefined;
  readonly prevKv: KeyValue | undefined;
}
export const PutResponse: MessageType<PutResponse> = message('etcdserverpb.PutResponse', {
  header: nested(1, ResponseHeader),
  prevKv: nested(2, KeyValue),
});

export interface DeleteRangeRequest {
  readonly key: Uint8Array;
  /** As in {@link RangeRequest}. */
  readonly rangeEnd: Uint8Array;
  readonly prevKv: boolean;
}
export const DeleteRangeRequest: MessageType<DeleteRangeRequest> = message(
  'etcdserverpb.DeleteRangeRequest',
  {
    key: bytes(1),
    rangeEnd: bytes(2),
    prevKv: bool(3),
  },
);

export interface DeleteRangeResponse {
  readonly header: ResponseHeader | undefined;
  readonly deleted: number;
  readonly prevKvs: readonly KeyValue[];
}
export const DeleteRangeResponse: MessageType<DeleteRangeResponse> = message(
  'etcdserverpb.DeleteRangeResponse',
  {
    header: nested(1, ResponseHeader),
    deleted: int53(2),
    prevKvs: repeated(nested(3, KeyValue)),
  },
);

/** One operation of a transaction. */
export interface RequestOp {
  readonly request: Oneof<{
    readonly range: RangeRequest;
    readonly put: PutRequest;
    readonly deleteRange: DeleteRangeRequest;
    readonly txn: TxnRequest;
  }>;
}
export const RequestOp: MessageType<RequestOp> = message('etcdserverpb.RequestOp', {
  request: oneof({
    range: nested(1, RangeRequest),
    put: nested(2, PutRequest),
    deleteRange: nested(3, DeleteRangeRequest),
    txn: nested(4, () => TxnRequest),
  }),
});

export interface ResponseOp {
  readonly response: Oneof<{
    readonly range: RangeResponse;
    readonly put: PutResponse;
    readonly deleteRange: DeleteRangeResponse;
    readonly txn: TxnResponse;
  }>;
}
export const ResponseOp: MessageType<ResponseOp> = message('etcdserverpb.ResponseOp', {
  response: oneof({
    range: nested(1, RangeResponse),
    put: nested(2, PutResponse),
    deleteRange: nested(3, DeleteRangeResponse),
    txn: nested(4, () => TxnResponse),
  }),
});

/** Which comparison must hold: that which is there on the left, the request's on the right. */
export const CompareResult = { EQUAL: 0, GREATER: 1, LESS: 2, NOT_EQUAL: 3 } as const;

/** What of a key is compared. */
export const CompareTarget = { VERSION: 0, CREATE: 1, MOD: 2, VALUE: 3, LEASE: 4 } as const;

/** A condition on a key, or on every key of a range. */
export interface Compare {
  /** One of {@link CompareResult}. */
  readonly result: number;
  /** One of {@link CompareTarget}. */
  readonly target: number;
  readonly key: Uint8Array;
  /** Absent, or other than `target` says: the zero of what is compared. */
  readonly targetUnion: Oneof<{
    readonly version: number;
    readonly createRevision: number;
    readonly modRevision: number;
    readonly value: Uint8Array;
    readonly lease: bigint;
  }>;
  /** As in {@link RangeRequest}. */
  readonly rangeEnd: Uint8Array;
}
export const Compare: MessageType<Compare> = message('etcdserverpb.Compare', {
  result: enumeration(1),
  target: enumeration(2),
  key: bytes(3),
  targetUnion: oneof({
    version: clampedInt53(4),
    createRevision: clampedInt53(5),
    modRevision: clampedInt53(6),
    value: bytes(7),
    lease: int64(8),
  }),
  rangeEnd: bytes(64),
});

/** `success` when all of `compare` hold, else `failure`: at one revision. */
export interface TxnRequest {
  readonly compare: readonly Compare[];
  readonly success: readonly RequestOp[];
  readonly failure: readonly RequestOp[];
}
export const TxnRequest: MessageType<TxnRequest> = message('etcdserverpb.TxnRequest', {
  compare: repeated(nested(1, Compare)),
  success: repeated(nested(2, RequestOp)),
  failure: repeated(nested(3, RequestOp)),
});

export interface TxnResponse {
  readonly header: ResponseHeader | undefined;
  readonly succeeded: boolean;
  readonly responses: readonly ResponseOp[];
}
export const TxnResponse: MessageType<TxnResponse> = message('etcdserverpb.TxnResponse', {
  header: nested(1, ResponseHeader),
  succeeded: bool(2),
  responses: repeated(nested(3, ResponseOp)),
});

export interface CompactionRequest {
  readonly revision: number;
  /** Whether to answer only when what is compacted is gone. */
  readonly physical: boolean;
}
export const CompactionRequest: MessageType<CompactionRequest> = message('etcdserverpb.CompactionRequest', {
  revision: clampedInt53(1),
  physical: bool(2),
});

export interface CompactionResponse {
  readonly header: ResponseHeader | undefined;
}
export const CompactionResponse: MessageType<CompactionResponse> = message(
  'etcdserverpb.CompactionResponse',
  {
    header: nested(1, ResponseHeader),
  },
);
