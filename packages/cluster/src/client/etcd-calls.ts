import type { MessageType } from '@holdfast/transport/protobuf';
import * as etcd from '../etcd/index.ts';
import type { RpcMethod, RpcOptions } from './rpc-method.ts';
import type { UnaryCaller } from './unary-caller.ts';

/** One call of etcd's API; fields that are left out have their defaults. */
export type EtcdCall<Request, Response> = (
  request?: Partial<Request>,
  options?: RpcOptions,
) => Promise<Response>;

/**
 * The unary calls of etcd's API as they are, with failover and repetition where that is safe. They fail as calls of the
 * store do; the server's own code and message are in the error's context as `grpcCode` and `refusal`.
 */
export interface EtcdCalls {
  readonly kv: {
    readonly range: EtcdCall<etcd.RangeRequest, etcd.RangeResponse>;
    readonly put: EtcdCall<etcd.PutRequest, etcd.PutResponse>;
    readonly deleteRange: EtcdCall<etcd.DeleteRangeRequest, etcd.DeleteRangeResponse>;
    readonly txn: EtcdCall<etcd.TxnRequest, etcd.TxnResponse>;
    readonly compact: EtcdCall<etcd.CompactionRequest, etcd.CompactionResponse>;
  };
  readonly lease: {
    readonly grant: EtcdCall<etcd.LeaseGrantRequest, etcd.LeaseGrantResponse>;
    readonly revoke: EtcdCall<etcd.LeaseRevokeRequest, etcd.LeaseRevokeResponse>;
    readonly timeToLive: EtcdCall<etcd.LeaseTimeToLiveRequest, etcd.LeaseTimeToLiveResponse>;
    readonly leases: EtcdCall<etcd.LeaseLeasesRequest, etcd.LeaseLeasesResponse>;
  };
  readonly cluster: {
    readonly memberAdd: EtcdCall<etcd.MemberAddRequest, etcd.MemberAddResponse>;
    readonly memberRemove: EtcdCall<etcd.MemberRemoveRequest, etcd.MemberRemoveResponse>;
    readonly memberUpdate: EtcdCall<etcd.MemberUpdateRequest, etcd.MemberUpdateResponse>;
    readonly memberList: EtcdCall<etcd.MemberListRequest, etcd.MemberListResponse>;
    readonly memberPromote: EtcdCall<etcd.MemberPromoteRequest, etcd.MemberPromoteResponse>;
  };
  readonly maintenance: {
    readonly status: EtcdCall<etcd.StatusRequest, etcd.StatusResponse>;
    readonly hash: EtcdCall<etcd.HashRequest, etcd.HashResponse>;
    readonly hashKv: EtcdCall<etcd.HashKVRequest, etcd.HashKVResponse>;
    readonly alarm: EtcdCall<etcd.AlarmRequest, etcd.AlarmResponse>;
    readonly defragment: EtcdCall<etcd.DefragmentRequest, etcd.DefragmentResponse>;
    readonly moveLeader: EtcdCall<etcd.MoveLeaderRequest, etcd.MoveLeaderResponse>;
  };
  readonly auth: {
    readonly enable: EtcdCall<etcd.AuthEnableRequest, etcd.AuthEnableResponse>;
    readonly disable: EtcdCall<etcd.AuthDisableRequest, etcd.AuthDisableResponse>;
    readonly authenticate: EtcdCall<etcd.AuthenticateRequest, etcd.AuthenticateResponse>;
    readonly userAdd: EtcdCall<etcd.AuthUserAddRequest, etcd.AuthUserAddResponse>;
    readonly userGet: EtcdCall<etcd.AuthUserGetRequest, etcd.AuthUserGetResponse>;
    readonly userList: EtcdCall<etcd.AuthUserListRequest, etcd.AuthUserListResponse>;
    readonly userDelete: EtcdCall<etcd.AuthUserDeleteRequest, etcd.AuthUserDeleteResponse>;
    readonly userChangePassword: EtcdCall<
      etcd.AuthUserChangePasswordRequest,
      etcd.AuthUserChangePasswordResponse
    >;
    readonly userGrantRole: EtcdCall<etcd.AuthUserGrantRoleRequest, etcd.AuthUserGrantRoleResponse>;
    readonly userRevokeRole: EtcdCall<etcd.AuthUserRevokeRoleRequest, etcd.AuthUserRevokeRoleResponse>;
    readonly roleAdd: EtcdCall<etcd.AuthRoleAddRequest, etcd.AuthRoleAddResponse>;
    readonly roleGet: EtcdCall<etcd.AuthRoleGetRequest, etcd.AuthRoleGetResponse>;
    readonly roleList: EtcdCall<etcd.AuthRoleListRequest, etcd.AuthRoleListResponse>;
    readonly roleDelete: EtcdCall<etcd.AuthRoleDeleteRequest, etcd.AuthRoleDeleteResponse>;
    readonly roleGrantPermission: EtcdCall<
      etcd.AuthRoleGrantPermissionRequest,
      etcd.AuthRoleGrantPermissionResponse
    >;
    readonly roleRevokePermission: EtcdCall<
      etcd.AuthRoleRevokePermissionRequest,
      etcd.AuthRoleRevokePermissionResponse
    >;
  };
}

/** The calls, made by `caller`. */
export function etcdCalls(caller: UnaryCaller): EtcdCalls {
  const of = <Request, Response>(
    path: string,
    request: MessageType<Request>,
    response: MessageType<Response>,
    repetition: RpcMethod<Request, Response>['repetition'],
    anonymous = false,
  ): EtcdCall<Request, Response> => {
    const method = { path: `/etcdserverpb.${path}`, request, response, repetition, anonymous };
    return (fields, options) => caller.call(method, request.create(fields), options);
  };
  const txn = of('KV/Txn', etcd.TxnRequest, etcd.TxnResponse, 'numbered');
  const readingTxn = of('KV/Txn', etcd.TxnRequest, etcd.TxnResponse, 'read');
  return {
    kv: {
      range: of('KV/Range', etcd.RangeRequest, etcd.RangeResponse, 'read'),
      put: of('KV/Put', etcd.PutRequest, etcd.PutResponse, 'numbered'),
      deleteRange: of('KV/DeleteRange', etcd.DeleteRangeRequest, etcd.DeleteRangeResponse, 'numbered'),
      txn: (request, options) => (readsOnly(request) ? readingTxn : txn)(request, options),
      compact: of('KV/Compact', etcd.CompactionRequest, etcd.CompactionResponse, 'numbered'),
    },
    lease: {
      // A grant whose answer was lost leaves a lease on which nothing hangs, and which runs out by itself.
      grant: of('Lease/LeaseGrant', etcd.LeaseGrantRequest, etcd.LeaseGrantResponse, 'idempotent'),
      revoke: of('Lease/LeaseRevoke', etcd.LeaseRevokeRequest, etcd.LeaseRevokeResponse, 'idempotent'),
      timeToLive: of(
        'Lease/LeaseTimeToLive',
        etcd.LeaseTimeToLiveRequest,
        etcd.LeaseTimeToLiveResponse,
        'read',
      ),
      leases: of('Lease/LeaseLeases', etcd.LeaseLeasesRequest, etcd.LeaseLeasesResponse, 'read'),
    },
    cluster: {
      memberAdd: of('Cluster/MemberAdd', etcd.MemberAddRequest, etcd.MemberAddResponse, 'once'),
      memberRemove: of('Cluster/MemberRemove', etcd.MemberRemoveRequest, etcd.MemberRemoveResponse, 'once'),
      memberUpdate: of('Cluster/MemberUpdate', etcd.MemberUpdateRequest, etcd.MemberUpdateResponse, 'once'),
      memberList: of('Cluster/MemberList', etcd.MemberListRequest, etcd.MemberListResponse, 'read'),
      memberPromote: of(
        'Cluster/MemberPromote',
        etcd.MemberPromoteRequest,
        etcd.MemberPromoteResponse,
        'once',
      ),
    },
    maintenance: {
      status: of('Maintenance/Status', etcd.StatusRequest, etcd.StatusResponse, 'read'),
      hash: of('Maintenance/Hash', etcd.HashRequest, etcd.HashResponse, 'read'),
      hashKv: of('Maintenance/HashKV', etcd.HashKVRequest, etcd.HashKVResponse, 'read'),
      alarm: of('Maintenance/Alarm', etcd.AlarmRequest, etcd.AlarmResponse, 'idempotent'),
      defragment: of('Maintenance/Defragment', etcd.DefragmentRequest, etcd.DefragmentResponse, 'idempotent'),
      moveLeader: of('Maintenance/MoveLeader', etcd.MoveLeaderRequest, etcd.MoveLeaderResponse, 'once'),
    },
    auth: {
      enable: of('Auth/AuthEnable', etcd.AuthEnableRequest, etcd.AuthEnableResponse, 'idempotent'),
      disable: of('Auth/AuthDisable', etcd.AuthDisableRequest, etcd.AuthDisableResponse, 'idempotent'),
      authenticate: of(
        'Auth/Authenticate',
        etcd.AuthenticateRequest,
        etcd.AuthenticateResponse,
        'idempotent',
        true,
      ),
      userAdd: of('Auth/UserAdd', etcd.AuthUserAddRequest, etcd.AuthUserAddResponse, 'once'),
      userGet: of('Auth/UserGet', etcd.AuthUserGetRequest, etcd.AuthUserGetResponse, 'read'),
      userList: of('Auth/UserList', etcd.AuthUserListRequest, etcd.AuthUserListResponse, 'read'),
      userDelete: of('Auth/UserDelete', etcd.AuthUserDeleteRequest, etcd.AuthUserDeleteResponse, 'once'),
      userChangePassword: of(
        'Auth/UserChangePassword',
        etcd.AuthUserChangePasswordRequest,
        etcd.AuthUserChangePasswordResponse,
        'idempotent',
      ),
      userGrantRole: of(
        'Auth/UserGrantRole',
        etcd.AuthUserGrantRoleRequest,
        etcd.AuthUserGrantRoleResponse,
        'idempotent',
      ),
      userRevokeRole: of(
        'Auth/UserRevokeRole',
        etcd.AuthUserRevokeRoleRequest,
        etcd.AuthUserRevokeRoleResponse,
        'once',
      ),
      roleAdd: of('Auth/RoleAdd', etcd.AuthRoleAddRequest, etcd.AuthRoleAddResponse, 'once'),
      roleGet: of('Auth/RoleGet', etcd.AuthRoleGetRequest, etcd.AuthRoleGetResponse, 'read'),
      roleList: of('Auth/RoleList', etcd.AuthRoleListRequest, etcd.AuthRoleListResponse, 'read'),
      roleDelete: of('Auth/RoleDelete', etcd.AuthRoleDeleteRequest, etcd.AuthRoleDeleteResponse, 'once'),
      roleGrantPermission: of(
        'Auth/RoleGrantPermission',
        etcd.AuthRoleGrantPermissionRequest,
        etcd.AuthRoleGrantPermissionResponse,
        'idempotent',
      ),
      roleRevokePermission: of(
        'Auth/RoleRevokePermission',
        etcd.AuthRoleRevokePermissionRequest,
        etcd.AuthRoleRevokePermissionResponse,
        'once',
      ),
    },
  };
}

/** Whether a transaction changes nothing, whichever branch it takes. */
function readsOnly({ success = [], failure = [] }: Partial<etcd.TxnRequest> = {}): boolean {
  return [...success, ...failure].every(
    ({ request }) =>
      request === undefined ||
      request.case === 'range' ||
      (request.case === 'txn' && readsOnly(request.value)),
  );
}
