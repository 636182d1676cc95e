import type { EtcdRefusal } from '../state/state-machine.ts';

/** The numbers of gRPC's status codes. */
export const GrpcCode = {
  Ok: 0,
  Canceled: 1,
  Unknown: 2,
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  AlreadyExists: 6,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  Aborted: 10,
  OutOfRange: 11,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  DataLoss: 15,
  Unauthenticated: 16,
} as const;

/** What a handler throws for what etcd's API refuses: a front end answers with its code and message as they are. */
export class EtcdError extends Error {
  override readonly name = 'EtcdError';
  /** One of {@link GrpcCode}. */
  readonly code: number;

  constructor(refusal: EtcdRefusal) {
    super(refusal.message);
    this.code = refusal.code;
  }
}

/** Every refusal of etcd 3.4's API. Clients match codes and messages to the letter. */
export const etcdRefusals = {
  emptyKey: { code: 3, message: 'etcdserver: key is not provided' },
  keyNotFound: { code: 3, message: 'etcdserver: key not found' },
  valueProvided: { code: 3, message: 'etcdserver: value is provided' },
  leaseProvided: { code: 3, message: 'etcdserver: lease is provided' },
  tooManyOps: { code: 3, message: 'etcdserver: too many operations in txn request' },
  duplicateKey: { code: 3, message: 'etcdserver: duplicate key given in txn request' },
  compacted: { code: 11, message: 'etcdserver: mvcc: required revision has been compacted' },
  futureRev: { code: 11, message: 'etcdserver: mvcc: required revision is a future revision' },
  noSpace: { code: 8, message: 'etcdserver: mvcc: database space exceeded' },
  leaseNotFound: { code: 5, message: 'etcdserver: requested lease not found' },
  leaseExist: { code: 9, message: 'etcdserver: lease already exists' },
  leaseTtlTooLarge: { code: 11, message: 'etcdserver: too large lease TTL' },
  watchCanceled: { code: 1, message: 'etcdserver: watch canceled' },
  memberExist: { code: 9, message: 'etcdserver: member ID already exist' },
  peerUrlExist: { code: 9, message: 'etcdserver: Peer URLs already exists' },
  memberNotEnoughStarted: {
    code: 9,
    message: 'etcdserver: re-configuration failed due to not enough started members',
  },
  memberBadUrls: { code: 3, message: 'etcdserver: given member URLs are invalid' },
  memberNotFound: { code: 5, message: 'etcdserver: member not found' },
  memberNotLearner: { code: 9, message: 'etcdserver: can only promote a learner member' },
  learnerNotReady: {
    code: 9,
    message: 'etcdserver: can only promote a learner member which is in sync with leader',
  },
  tooManyLearners: { code: 9, message: 'etcdserver: too many learner members in cluster' },
  requestTooLarge: { code: 3, message: 'etcdserver: request is too large' },
  tooManyRequests: { code: 8, message: 'etcdserver: too many requests' },
  rootUserNotExist: { code: 9, message: 'etcdserver: root user does not exist' },
  rootRoleNotExist: { code: 9, message: 'etcdserver: root user does not have root role' },
  userAlreadyExist: { code: 9, message: 'etcdserver: user name already exists' },
  userEmpty: { code: 3, message: 'etcdserver: user name is empty' },
  userNotFound: { code: 9, message: 'etcdserver: user name not found' },
  roleAlreadyExist: { code: 9, message: 'etcdserver: role name already exists' },
  roleNotFound: { code: 9, message: 'etcdserver: role name not found' },
  roleEmpty: { code: 3, message: 'etcdserver: role name is empty' },
  authFailed: { code: 3, message: 'etcdserver: authentication failed, invalid user ID or password' },
  permissionNotGiven: { code: 3, message: 'etcdserver: permission not given' },
  permissionDenied: { code: 7, message: 'etcdserver: permission denied' },
  roleNotGranted: { code: 9, message: 'etcdserver: role is not granted to the user' },
  permissionNotGranted: { code: 9, message: 'etcdserver: permission is not granted to the role' },
  authNotEnabled: { code: 9, message: 'etcdserver: authentication is not enabled' },
  invalidAuthToken: { code: 16, message: 'etcdserver: invalid auth token' },
  invalidAuthMgmt: { code: 3, message: 'etcdserver: invalid auth management' },
  authOldRevision: { code: 3, message: 'etcdserver: revision of auth store is old' },
  noLeader: { code: 14, message: 'etcdserver: no leader' },
  notLeader: { code: 9, message: 'etcdserver: not leader' },
  leaderChanged: { code: 14, message: 'etcdserver: leader changed' },
  notCapable: { code: 14, message: 'etcdserver: not capable' },
  stopped: { code: 14, message: 'etcdserver: server stopped' },
  timeout: { code: 14, message: 'etcdserver: request timed out' },
  timeoutDueToLeaderFail: {
    code: 14,
    message: 'etcdserver: request timed out, possibly due to previous leader failure',
  },
  timeoutDueToConnectionLost: {
    code: 14,
    message: 'etcdserver: request timed out, possibly due to connection lost',
  },
  timeoutWaitAppliedIndex: {
    code: 14,
    message: 'etcdserver: request timed out, waiting for the applied index took too long',
  },
  unhealthy: { code: 14, message: 'etcdserver: unhealthy cluster' },
  corrupt: { code: 15, message: 'etcdserver: corrupt cluster' },
  notSupportedForLearner: { code: 14, message: 'etcdserver: rpc not supported for learner' },
  badLeaderTransferee: { code: 9, message: 'etcdserver: bad leader transferee' },
} as const;
