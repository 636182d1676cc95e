export type {
  ChannelCallOptions,
  ChannelMaker,
  ClientStream,
  ClusterChannel,
  RequestNumber,
  StreamCall,
  UnaryCall,
} from './client/cluster-channel.ts';
export {
  type ClusterClient,
  type ClusterClientOptions,
  clusterClient,
} from './client/cluster-client.ts';
export { errorFromStatus } from './client/error-from-status.ts';
export type { EtcdCall, EtcdCalls } from './client/etcd-calls.ts';
export {
  type ClientReport,
  clusterClients,
  type EndpointReport,
  type InspectedClient,
} from './client/inspected-client.ts';
export type { RpcOptions } from './client/rpc-method.ts';
export { type OpenCluster, type OpenClusterOptions, openCluster } from './embedded/open-cluster.ts';
export { type TestCluster, type TestClusterOptions, testCluster } from './embedded/test-cluster.ts';
export type { ThreadOptions, ThreadStatus } from './embedded/thread-messages.ts';
export { type ClusterErrorCode, clusterErrors } from './errors.ts';
export type {
  ClusterMember,
  MemberDescription,
  MemberStatus,
  RequestOptions,
  StopOptions,
} from './member/cluster-member.ts';
export type { ClusterReport, LeaseReport, MemberReport } from './member/inspection/cluster-report.ts';
export {
  type AlarmChanged,
  alarmChanged,
  type LeaderChanged,
  leaderChanged,
  type MembershipChanged,
  membershipChanged,
  type PeerMisbehaved,
  type PeerNotTrusted,
  peerMisbehaved,
  peerNotTrusted,
  type ReadOnlyChanged,
  type RequestRefused,
  readOnlyChanged,
  requestRefused,
  type SnapshotInstalled,
  type SnapshotLost,
  snapshotInstalled,
  snapshotLost,
} from './member/member-events.ts';
export type { MemberLimits, MemberOptions, SnapshotPolicy } from './member/member-options.ts';
export { startMember } from './member/start-member.ts';
export { type NativeChannelsOptions, nativeChannels } from './native/native-channels.ts';
export type { AutoCompaction } from './node/auto-compaction.ts';
export { clusters, type InspectedCluster } from './node/inspected-cluster.ts';
export type { Node, NodeAddresses } from './node/node.ts';
export type {
  HttpPage,
  HttpPageAnswer,
  HttpPageRequest,
  HttpPaths,
  NodeOptions,
} from './node/node-options.ts';
export { isUnspecified, type NodeUrl, type NodeUrlScheme, parseNodeUrl } from './node/node-url.ts';
export { type DiskSyncedEvent, diskSynced } from './node/observed-disk.ts';
export type { MethodObserver, ObserveMethod } from './node/observed-methods.ts';
export {
  inspectSnapshot,
  type RestoredFolder,
  type RestoreOptions,
  restoreFolder,
  type SnapshotFacts,
} from './node/restore-folder.ts';
export { startNode } from './node/start-node.ts';
export {
  SessionCloseRequest,
  SessionCloseResponse,
  SessionKeepAliveRequest,
  SessionKeepAliveResponse,
  SessionRegisterRequest,
  SessionRegisterResponse,
  sessionPaths,
  sessionRefusals,
} from './session/session-messages.ts';
