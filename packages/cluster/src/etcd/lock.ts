import { bytes, int64, type MessageType, message, nested } from '@holdfast/transport/protobuf';
import { ResponseHeader } from './response-header.ts';

export interface LockRequest {
  readonly name: Uint8Array;
  /** Holds the lock while it lives. */
  readonly lease: bigint;
}
export const LockRequest: MessageType<LockRequest> = message('v3lockpb.LockRequest', {
  name: bytes(1),
  lease: int64(2),
});

export interface LockResponse {
  readonly header: ResponseHeader | undefined;
  /** Exists while the lock is held; unlock with it. */
  readonly key: Uint8Array;
}
export const LockResponse: MessageType<LockResponse> = message('v3lockpb.LockResponse', {
  header: nested(1, ResponseHeader),
  key: bytes(2),
});

export interface UnlockRequest {
  readonly key: Uint8Array;
}
export const UnlockRequest: MessageType<UnlockRequest> = message('v3lockpb.UnlockRequest', {
  key: bytes(1),
});

export interface UnlockResponse {
  readonly header: ResponseHeader | undefined;
}
export const UnlockResponse: MessageType<UnlockResponse> = message('v3lockpb.UnlockResponse', {
  header: nested(1, ResponseHeader),
});
