import { bytes, int53, int64, type MessageType, message, nested } from '@holdfast/transport/protobuf';
import { KeyValue } from './key-value.ts';
import { ResponseHeader } from './response-header.ts';

/** How a leader proves that it still is one. */
export interface LeaderKey {
  readonly name: Uint8Array;
  readonly key: Uint8Array;
  /** The create revision of `key`. */
  readonly rev: number;
  readonly lease: bigint;
}
export const LeaderKey: MessageType<LeaderKey> = message('v3electionpb.LeaderKey', {
  name: bytes(1),
  key: bytes(2),
  rev: int53(3),
  lease: int64(4),
});

export interface CampaignRequest {
  readonly name: Uint8Array;
  readonly lease: bigint;
  /** What it proclaims once elected. */
  readonly value: Uint8Array;
}
export const CampaignRequest: MessageType<CampaignRequest> = message('v3electionpb.CampaignRequest', {
  name: bytes(1),
  lease: int64(2),
  value: bytes(3),
});

export interface CampaignResponse {
  readonly header: ResponseHeader | undefined;
  readonly leader: LeaderKey | undefined;
}
export const CampaignResponse: MessageType<CampaignResponse> = message('v3electionpb.CampaignResponse', {
  header: nested(1, ResponseHeader),
  leader: nested(2, LeaderKey),
});

export interface LeaderRequest {
  readonly name: Uint8Array;
}
export const LeaderRequest: MessageType<LeaderRequest> = message('v3electionpb.LeaderRequest', {
  name: bytes(1),
});

export interface LeaderResponse {
  readonly header: ResponseHeader | undefined;
  readonly kv: KeyValue | undefined;
}
export const LeaderResponse: MessageType<LeaderResponse> = message('v3electionpb.LeaderResponse', {
  header: nested(1, ResponseHeader),
  kv: nested(2, KeyValue),
});

export interface ResignRequest {
  readonly leader: LeaderKey | undefined;
}
export const ResignRequest: MessageType<ResignRequest> = message('v3electionpb.ResignRequest', {
  leader: nested(1, LeaderKey),
});

export interface ResignResponse {
  readonly header: ResponseHeader | undefined;
}
export const ResignResponse: MessageType<ResignResponse> = message('v3electionpb.ResignResponse', {
  header: nested(1, ResponseHeader),
});

export interface ProclaimRequest {
  readonly leader: LeaderKey | undefined;
  readonly value: Uint8Array;
}
export const ProclaimRequest: MessageType<ProclaimRequest> = message('v3electionpb.ProclaimRequest', {
  leader: nested(1, LeaderKey),
  value: bytes(2),
});

export interface ProclaimResponse {
  readonly header: ResponseHeader | undefined;
}
export const ProclaimResponse: MessageType<ProclaimResponse> = message('v3electionpb.ProclaimResponse', {
  header: nested(1, ResponseHeader),
});
