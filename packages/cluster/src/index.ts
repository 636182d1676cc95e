export type {
  ChannelCallOptions,
  ChannelMaker,
  ClientStream,
  ClusterChannel,
  StreamCall,
  UnaryCall,
} from './client/cluster-channel.ts';
export type {
  ClusterMember,
  MemberDescription,
  MemberStatus,
  RequestOptions,
  StopOptions,
} from './member/cluster-member.ts';
