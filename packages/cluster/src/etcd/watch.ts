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
  string,
} from '@holdfast/transport/protobuf';
import { Event } from './key-value.ts';
import { ResponseHeader } from './response-header.ts';

/** Events that a watch leaves out. */
export const WatchFilter = { NOPUT: 0, NODELETE: 1 } as const;

export interface WatchCreateRequest {
  readonly key: Uint8Array;
  /** As in a RangeRequest. */
  readonly rangeEnd: Uint8Array;
  /** The first revision of interest; 0: what comes from now on. */
  readonly startRevision: number;
  /** Whether to be told the revision from time to time when there are no events. */
  readonly progressNotify: boolean;
  /** Each one of {@link WatchFilter}. */
  readonly filters: readonly number[];
  readonly prevKv: boolean;
  /** 0: the server chooses one. */
  readonly watchId: bigint;
  /** Whether large responses may come in pieces. */
  readonly fragment: boolean;
}
export const WatchCreateRequest: MessageType<WatchCreateRequest> = message(
  'etcdserverpb.WatchCreateRequest',
  {
    key: bytes(1),
    rangeEnd: bytes(2),
    startRevision: clampedInt53(3),
    progressNotify: bool(4),
    filters: repeated(enumeration(5)),
    prevKv: bool(6),
    watchId: int64(7),
    fragment: bool(8),
  },
);

export interface WatchCancelRequest {
  readonly watchId: bigint;
}
export const WatchCancelRequest: MessageType<WatchCancelRequest> = message(
  'etcdserverpb.WatchCancelRequest',
  {
    watchId: int64(1),
  },
);

export type WatchProgressRequest = Readonly<Record<never, never>>;
export const WatchProgressRequest: MessageType<WatchProgressRequest> = message(
  'etcdserverpb.WatchProgressRequest',
  {},
);

export interface WatchRequest {
  readonly request: Oneof<{
    readonly create: WatchCreateRequest;
    readonly cancel: WatchCancelRequest;
    readonly progress: WatchProgressRequest;
  }>;
}
export const WatchRequest: MessageType<WatchRequest> = message('etcdserverpb.WatchRequest', {
  request: oneof({
    create: nested(1, WatchCreateRequest),
    cancel: nested(2, WatchCancelRequest),
    progress: nested(3, WatchProgressRequest),
  }),
});

export interface WatchResponse {
  readonly header: ResponseHeader | undefined;
  readonly watchId: bigint;
  readonly created: boolean;
  readonly canceled: boolean;
  /** Set when the watch ended because its revision is compacted: from where on events are left. */
  readonly compactRevision: number;
  readonly cancelReason: string;
  /** Whether the rest of the same revision's events follows. */
  readonly fragment: boolean;
  readonly events: readonly Event[];
}
export const WatchResponse: MessageType<WatchResponse> = message('etcdserverpb.WatchResponse', {
  header: nested(1, ResponseHeader),
  watchId: int64(2),
  created: bool(3),
  canceled: bool(4),
  compactRevision: int53(5),
  cancelReason: string(6),
  fragment: bool(7),
  events: repeated(nested(11, Event)),
});
