import {
  bool,
  type MessageType,
  message,
  nested,
  repeated,
  string,
  uint64,
} from '@holdfast/transport/protobuf';
import { ResponseHeader } from './response-header.ts';

export interface Member {
  readonly id: bigint;
  /** Empty until it has started once. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
}
export const Member: MessageType<Member> = message('etcdserverpb.Member', {
  id: uint64(1),
  name: string(2),
  peerUrls: repeated(string(3)),
  clientUrls: repeated(string(4)),
  isLearner: bool(5),
});

export interface MemberAddRequest {
  readonly peerUrls: readonly string[];
  readonly isLearner: boolean;
}
export const MemberAddRequest: MessageType<MemberAddRequest> = message('etcdserverpb.MemberAddRequest', {
  peerUrls: repeated(string(1)),
  isLearner: bool(2),
});

export interface MemberAddResponse {
  readonly header: ResponseHeader | undefined;
  readonly member: Member | undefined;
  readonly members: readonly Member[];
}
export const MemberAddResponse: MessageType<MemberAddResponse> = message('etcdserverpb.MemberAddResponse', {
  header: nested(1, ResponseHeader),
  member: nested(2, Member),
  members: repeated(nested(3, Member)),
});

export interface MemberRemoveRequest {
  readonly id: bigint;
}
export const MemberRemoveRequest: MessageType<MemberRemoveRequest> = message(
  'etcdserverpb.MemberRemoveRequest',
  {
    id: uint64(1),
  },
);

export interface MemberRemoveResponse {
  readonly header: ResponseHeader | undefined;
  readonly members: readonly Member[];
}
export const MemberRemoveResponse: MessageType<MemberRemoveResponse> = message(
  'etcdserverpb.MemberRemoveResponse',
  {
    header: nested(1, ResponseHeader),
    members: repeated(nested(2, Member)),
  },
);

export interface MemberUpdateRequest {
  readonly id: bigint;
  readonly peerUrls: readonly string[];
}
export const MemberUpdateRequest: MessageType<MemberUpdateRequest> = message(
  'etcdserverpb.MemberUpdateRequest',
  {
    id: uint64(1),
    peerUrls: repeated(string(2)),
  },
);

export interface MemberUpdateResponse {
  readonly header: ResponseHeader | undefined;
  readonly members: readonly Member[];
}
export const MemberUpdateResponse: MessageType<MemberUpdateResponse> = message(
  'etcdserverpb.MemberUpdateResponse',
  {
    header: nested(1, ResponseHeader),
    members: repeated(nested(2, Member)),
  },
);

export interface MemberListRequest {
  /** Whether it has to hold all that was done before: etcd knows that since 3.5. */
  readonly linearizable: boolean;
}
export const MemberListRequest: MessageType<MemberListRequest> = message('etcdserverpb.MemberListRequest', {
  linearizable: bool(1),
});

export interface MemberListResponse {
  readonly header: ResponseHeader | undefined;
  readonly members: readonly Member[];
}
export const MemberListResponse: MessageType<MemberListResponse> = message(
  'etcdserverpb.MemberListResponse',
  {
    header: nested(1, ResponseHeader),
    members: repeated(nested(2, Member)),
  },
);

export interface MemberPromoteRequest {
  readonly id: bigint;
}
export const MemberPromoteRequest: MessageType<MemberPromoteRequest> = message(
  'etcdserverpb.MemberPromoteRequest',
  {
    id: uint64(1),
  },
);

export interface MemberPromoteResponse {
  readonly header: ResponseHeader | undefined;
  readonly members: readonly Member[];
}
export const MemberPromoteResponse: MessageType<MemberPromoteResponse> = message(
  'etcdserverpb.MemberPromoteResponse',
  {
    header: nested(1, ResponseHeader),
    members: repeated(nested(2, Member)),
  },
);
