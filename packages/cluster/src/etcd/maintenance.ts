import {
  bool,
  bytes,
  clampedInt53,
  enumeration,
  int53,
  type MessageType,
  message,
  nested,
  repeated,
  string,
  uint32,
  uint53,
  uint64,
} from '@holdfast/transport/protobuf';
import { ResponseHeader } from './response-header.ts';

export type DefragmentRequest = Readonly<Record<never, never>>;
export const DefragmentRequest: MessageType<DefragmentRequest> = message(
  'etcdserverpb.DefragmentRequest',
  {},
);

export interface DefragmentResponse {
  readonly header: ResponseHeader | undefined;
}
export const DefragmentResponse: MessageType<DefragmentResponse> = message(
  'etcdserverpb.DefragmentResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

export interface MoveLeaderRequest {
  readonly targetId: bigint;
}
export const MoveLeaderRequest: MessageType<MoveLeaderRequest> = message('etcdserverpb.MoveLeaderRequest', {
  targetId: uint64(1),
});

export interface MoveLeaderResponse {
  readonly header: ResponseHeader | undefined;
}
export const MoveLeaderResponse: MessageType<MoveLeaderResponse> = message(
  'etcdserverpb.MoveLeaderResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

/** What is wrong with a member. */
export const AlarmType = { NONE: 0, NOSPACE: 1, CORRUPT: 2 } as const;

/** What to do about an alarm. */
export const AlarmAction = { GET: 0, ACTIVATE: 1, DEACTIVATE: 2 } as const;

export interface AlarmRequest {
  /** One of {@link AlarmAction}. */
  readonly action: number;
  /** 0: all members. */
  readonly memberId: bigint;
  /** One of {@link AlarmType}. */
  readonly alarm: number;
}
export const AlarmRequest: MessageType<AlarmRequest> = message('etcdserverpb.AlarmRequest', {
  action: enumeration(1),
  memberId: uint64(2),
  alarm: enumeration(3),
});

export interface AlarmMember {
  readonly memberId: bigint;
  /** One of {@link AlarmType}. */
  readonly alarm: number;
}
export const AlarmMember: MessageType<AlarmMember> = message('etcdserverpb.AlarmMember', {
  memberId: uint64(1),
  alarm: enumeration(2),
});

export interface AlarmResponse {
  readonly header: ResponseHeader | undefined;
  readonly alarms: readonly AlarmMember[];
}
export const AlarmResponse: MessageType<AlarmResponse> = message('etcdserverpb.AlarmResponse', {
  header: nested(1, ResponseHeader),
  alarms: repeated(nested(2, AlarmMember)),
});

export type StatusRequest = Readonly<Record<never, never>>;
export const StatusRequest: MessageType<StatusRequest> = message('etcdserverpb.StatusRequest', {});

export interface StatusResponse {
  readonly header: ResponseHeader | undefined;
  readonly version: string;
  /** Bytes. */
  readonly dbSize: number;
  /** 0 when there is none. */
  readonly leader: bigint;
  readonly raftIndex: number;
  readonly raftTerm: number;
  readonly raftAppliedIndex: number;
  readonly errors: readonly string[];
  /** Bytes. */
  readonly dbSizeInUse: number;
  readonly isLearner: boolean;
}
export const StatusResponse: MessageType<StatusResponse> = message('etcdserverpb.StatusResponse', {
  header: nested(1, ResponseHeader),
  version: string(2),
  dbSize: int53(3),
  leader: uint64(4),
  raftIndex: uint53(5),
  raftTerm: uint53(6),
  raftAppliedIndex: uint53(7),
  errors: repeated(string(8)),
  dbSizeInUse: int53(9),
  isLearner: bool(10),
});

export type HashRequest = Readonly<Record<never, never>>;
export const HashRequest: MessageType<HashRequest> = message('etcdserverpb.HashRequest', {});

export interface HashResponse {
  readonly header: ResponseHeader | undefined;
  readonly hash: number;
}
export const HashResponse: MessageType<HashResponse> = message('etcdserverpb.HashResponse', {
  header: nested(1, ResponseHeader),
  hash: uint32(2),
});

export interface HashKVRequest {
  /** The revision to look at; 0: the newest. */
  readonly revision: number;
}
export const HashKVRequest: MessageType<HashKVRequest> = message('etcdserverpb.HashKVRequest', {
  revision: clampedInt53(1),
});

export interface HashKVResponse {
  readonly header: ResponseHeader | undefined;
  readonly hash: number;
  readonly compactRevision: number;
}
export const HashKVResponse: MessageType<HashKVResponse> = message('etcdserverpb.HashKVResponse', {
  header: nested(1, ResponseHeader),
  hash: uint32(2),
  compactRevision: int53(3),
});

export type SnapshotRequest = Readonly<Record<never, never>>;
export const SnapshotRequest: MessageType<SnapshotRequest> = message('etcdserverpb.SnapshotRequest', {});

export interface SnapshotResponse {
  readonly header: ResponseHeader | undefined;
  readonly remainingBytes: number;
  readonly blob: Uint8Array;
}
export const SnapshotResponse: MessageType<SnapshotResponse> = message('etcdserverpb.SnapshotResponse', {
  header: nested(1, ResponseHeader),
  remainingBytes: uint53(2),
  blob: bytes(3),
});
