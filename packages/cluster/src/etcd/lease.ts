import {
  bool,
  bytes,
  clampedInt53,
  int53,
  int64,
  type MessageType,
  message,
  nested,
  repeated,
  string,
} from '@holdfast/transport/protobuf';
import { ResponseHeader } from './response-header.ts';

export interface LeaseGrantRequest {
  /** Seconds. */
  readonly ttl: number;
  /** 0: the server chooses one. */
  readonly id: bigint;
}
export const LeaseGrantRequest: MessageType<LeaseGrantRequest> = message('etcdserverpb.LeaseGrantRequest', {
  ttl: clampedInt53(1),
  id: int64(2),
});

export interface LeaseGrantResponse {
  readonly header: ResponseHeader | undefined;
  readonly id: bigint;
  /** Seconds, as the server chose them. */
  readonly ttl: number;
  readonly error: string;
}
export const LeaseGrantResponse: MessageType<LeaseGrantResponse> = message(
  'etcdserverpb.LeaseGrantResponse',
  {
    header: nested(1, ResponseHeader),
    id: int64(2),
    ttl: int53(3),
    error: string(4),
  },
);

export interface LeaseRevokeRequest {
  readonly id: bigint;
}
export const LeaseRevokeRequest: MessageType<LeaseRevokeRequest> = message(
  'etcdserverpb.LeaseRevokeRequest',
  {
    id: int64(1),
  },
);

export interface LeaseRevokeResponse {
  readonly header: ResponseHeader | undefined;
}
export const LeaseRevokeResponse: MessageType<LeaseRevokeResponse> = message(
  'etcdserverpb.LeaseRevokeResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

export interface LeaseCheckpoint {
  readonly id: bigint;
  /** Seconds. */
  readonly remainingTtl: number;
}
export const LeaseCheckpoint: MessageType<LeaseCheckpoint> = message('etcdserverpb.LeaseCheckpoint', {
  id: int64(1),
  remainingTtl: int53(2),
});

export interface LeaseCheckpointRequest {
  readonly checkpoints: readonly LeaseCheckpoint[];
}
export const LeaseCheckpointRequest: MessageType<LeaseCheckpointRequest> = message(
  'etcdserverpb.LeaseCheckpointRequest',
  {
    checkpoints: repeated(nested(1, LeaseCheckpoint)),
  },
);

export interface LeaseCheckpointResponse {
  readonly header: ResponseHeader | undefined;
}
export const LeaseCheckpointResponse: MessageType<LeaseCheckpointResponse> = message(
  'etcdserverpb.LeaseCheckpointResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

export interface LeaseKeepAliveRequest {
  readonly id: bigint;
}
export const LeaseKeepAliveRequest: MessageType<LeaseKeepAliveRequest> = message(
  'etcdserverpb.LeaseKeepAliveRequest',
  {
    id: int64(1),
  },
);

export interface LeaseKeepAliveResponse {
  readonly header: ResponseHeader | undefined;
  readonly id: bigint;
  /** Seconds; 0 when there is no such lease. */
  readonly ttl: number;
}
export const LeaseKeepAliveResponse: MessageType<LeaseKeepAliveResponse> = message(
  'etcdserverpb.LeaseKeepAliveResponse',
  {
    header: nested(1, ResponseHeader),
    id: int64(2),
    ttl: int53(3),
  },
);

export interface LeaseTimeToLiveRequest {
  readonly id: bigint;
  /** Whether to list the keys that go with it. */
  readonly keys: boolean;
}
export const LeaseTimeToLiveRequest: MessageType<LeaseTimeToLiveRequest> = message(
  'etcdserverpb.LeaseTimeToLiveRequest',
  {
    id: int64(1),
    keys: bool(2),
  },
);

export interface LeaseTimeToLiveResponse {
  readonly header: ResponseHeader | undefined;
  readonly id: bigint;
  /** Seconds left; -1 when there is no such lease. */
  readonly ttl: number;
  /** Seconds it was granted with. */
  readonly grantedTtl: number;
  readonly keys: readonly Uint8Array[];
}
export const LeaseTimeToLiveResponse: MessageType<LeaseTimeToLiveResponse> = message(
  'etcdserverpb.LeaseTimeToLiveResponse',
  {
    header: nested(1, ResponseHeader),
    id: int64(2),
    ttl: int53(3),
    grantedTtl: int53(4),
    keys: repeated(bytes(5)),
  },
);

export type LeaseLeasesRequest = Readonly<Record<never, never>>;
export const LeaseLeasesRequest: MessageType<LeaseLeasesRequest> = message(
  'etcdserverpb.LeaseLeasesRequest',
  {},
);

export interface LeaseStatus {
  readonly id: bigint;
}
export const LeaseStatus: MessageType<LeaseStatus> = message('etcdserverpb.LeaseStatus', {
  id: int64(1),
});

export interface LeaseLeasesResponse {
  readonly header: ResponseHeader | undefined;
  readonly leases: readonly LeaseStatus[];
}
export const LeaseLeasesResponse: MessageType<LeaseLeasesResponse> = message(
  'etcdserverpb.LeaseLeasesResponse',
  {
    header: nested(1, ResponseHeader),
    leases: repeated(nested(2, LeaseStatus)),
  },
);
