import {
  bytes,
  enumeration,
  int53,
  int64,
  type MessageType,
  message,
  nested,
} from '@holdfast/transport/protobuf';

/** A key as it stands at a revision. */
export interface KeyValue {
  readonly key: Uint8Array;
  /** The revision that created it, since it was last deleted. */
  readonly createRevision: number;
  readonly modRevision: number;
  /** Counts its changes since it was created, from 1. */
  readonly version: number;
  readonly value: Uint8Array;
  /** The lease it goes with; 0 for none. */
  readonly lease: bigint;
}
export const KeyValue: MessageType<KeyValue> = message('mvccpb.KeyValue', {
  key: bytes(1),
  createRevision: int53(2),
  modRevision: int53(3),
  version: int53(4),
  value: bytes(5),
  lease: int64(6),
});

/** What an event tells of. Other numbers do not occur. */
export const EventType = { PUT: 0, DELETE: 1 } as const;

/** A change of a key. */
export interface Event {
  /** One of {@link EventType}. */
  readonly type: number;
  /** After a deletion: its key, and as `modRevision` the revision of the deletion. */
  readonly kv: KeyValue | undefined;
  /** What was there before, if that was asked for and is not compacted. */
  readonly prevKv: KeyValue | undefined;
}
export const Event: MessageType<Event> = message('mvccpb.Event', {
  type: enumeration(1),
  kv: nested(2, KeyValue),
  prevKv: nested(3, KeyValue),
});
