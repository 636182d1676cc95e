import { once } from 'node:events';
import * as grpc from '@grpc/grpc-js';
import type { MessageType } from '@holdfast/transport/protobuf';
import * as etcd from '../../src/etcd/index.ts';

/** What a call came to: its response, or the code and message of the refusal. */
export type Outcome<Response> =
  | { readonly response: Response }
  | { readonly code: number; readonly message: string };

type Call<Request, Response> = readonly [
  path: string,
  request: MessageType<Request>,
  response: MessageType<Response>,
];

/** Calls by their names, each with the types of its messages. */
export const calls = {
  range: ['/etcdserverpb.KV/Range', etcd.RangeRequest, etcd.RangeResponse],
  put: ['/etcdserverpb.KV/Put', etcd.PutRequest, etcd.PutResponse],
  deleteRange: ['/etcdserverpb.KV/DeleteRange', etcd.DeleteRangeRequest, etcd.DeleteRangeResponse],
  txn: ['/etcdserverpb.KV/Txn', etcd.TxnRequest, etcd.TxnResponse],
  compact: ['/etcdserverpb.KV/Compact', etcd.CompactionRequest, etcd.CompactionResponse],
  leaseGrant: ['/etcdserverpb.Lease/LeaseGrant', etcd.LeaseGrantRequest, etcd.LeaseGrantResponse],
  leaseRevoke: ['/etcdserverpb.Lease/LeaseRevoke', etcd.LeaseRevokeRequest, etcd.LeaseRevokeResponse],
  leaseTimeToLive: [
    '/etcdserverpb.Lease/LeaseTimeToLive',
    etcd.LeaseTimeToLiveRequest,
    etcd.LeaseTimeToLiveResponse,
  ],
  leaseLeases: ['/etcdserverpb.Lease/LeaseLeases', etcd.LeaseLeasesRequest, etcd.LeaseLeasesResponse],
  authEnable: ['/etcdserverpb.Auth/AuthEnable', etcd.AuthEnableRequest, etcd.AuthEnableResponse],
  authDisable: ['/etcdserverpb.Auth/AuthDisable', etcd.AuthDisableRequest, etcd.AuthDisableResponse],
  authenticate: ['/etcdserverpb.Auth/Authenticate', etcd.AuthenticateRequest, etcd.AuthenticateResponse],
  userAdd: ['/etcdserverpb.Auth/UserAdd', etcd.AuthUserAddRequest, etcd.AuthUserAddResponse],
  userGet: ['/etcdserverpb.Auth/UserGet', etcd.AuthUserGetRequest, etcd.AuthUserGetResponse],
  userList: ['/etcdserverpb.Auth/UserList', etcd.AuthUserListRequest, etcd.AuthUserListResponse],
  userDelete: ['/etcdserverpb.Auth/UserDelete', etcd.AuthUserDeleteRequest, etcd.AuthUserDeleteResponse],
  userChangePassword: [
    '/etcdserverpb.Auth/UserChangePassword',
    etcd.AuthUserChangePasswordRequest,
    etcd.AuthUserChangePasswordResponse,
  ],
  userGrantRole: [
    '/etcdserverpb.Auth/UserGrantRole',
    etcd.AuthUserGrantRoleRequest,
    etcd.AuthUserGrantRoleResponse,
  ],
  userRevokeRole: [
    '/etcdserverpb.Auth/UserRevokeRole',
    etcd.AuthUserRevokeRoleRequest,
    etcd.AuthUserRevokeRoleResponse,
  ],
  roleAdd: ['/etcdserverpb.Auth/RoleAdd', etcd.AuthRoleAddRequest, etcd.AuthRoleAddResponse],
  roleGet: ['/etcdserverpb.Auth/RoleGet', etcd.AuthRoleGetRequest, etcd.AuthRoleGetResponse],
  roleList: ['/etcdserverpb.Auth/RoleList', etcd.AuthRoleListRequest, etcd.AuthRoleListResponse],
  roleDelete: ['/etcdserverpb.Auth/RoleDelete', etcd.AuthRoleDeleteRequest, etcd.AuthRoleDeleteResponse],
  roleGrantPermission: [
    '/etcdserverpb.Auth/RoleGrantPermission',
    etcd.AuthRoleGrantPermissionRequest,
    etcd.AuthRoleGrantPermissionResponse,
  ],
  roleRevokePermission: [
    '/etcdserverpb.Auth/RoleRevokePermission',
    etcd.AuthRoleRevokePermissionRequest,
    etcd.AuthRoleRevokePermissionResponse,
  ],
  lock: ['/v3lockpb.Lock/Lock', etcd.LockRequest, etcd.LockResponse],
  unlock: ['/v3lockpb.Lock/Unlock', etcd.UnlockRequest, etcd.UnlockResponse],
  campaign: ['/v3electionpb.Election/Campaign', etcd.CampaignRequest, etcd.CampaignResponse],
  proclaim: ['/v3electionpb.Election/Proclaim', etcd.ProclaimRequest, etcd.ProclaimResponse],
  leader: ['/v3electionpb.Election/Leader', etcd.LeaderRequest, etcd.LeaderResponse],
  resign: ['/v3electionpb.Election/Resign', etcd.ResignRequest, etcd.ResignResponse],
} as const;

export type CallName = keyof typeof calls;
type Value<Type> = Type extends MessageType<infer Message> ? Message : never;
export type RequestOf<Name extends CallName> = Value<(typeof calls)[Name][1]>;
export type ResponseOf<Name extends CallName> = Value<(typeof calls)[Name][2]>;

/** Speaks gRPC by the book (grpc-js) with whatever messages it is given: also such as no client would send. */
export class RawClient {
  readonly #client: grpc.Client;

  /** `address` is `host:port`. */
  constructor(address: string, credentials: grpc.ChannelCredentials = grpc.credentials.createInsecure()) {
    this.#client = new grpc.Client(address, credentials);
  }

  call<Name extends CallName>(
    name: Name,
    fields: Partial<RequestOf<Name>> = {},
    token?: string,
    signal?: AbortSignal,
  ): Promise<Outcome<ResponseOf<Name>>> {
    const [path, requestType, responseType] = calls[name] as unknown as Call<object, ResponseOf<Name>>;
    const metadata = new grpc.Metadata();
    if (token !== undefined) metadata.set('token', token);
    return new Promise((resolve) => {
      const call = this.#client.makeUnaryRequest(
        path,
        (request: object) => Buffer.from(requestType.encode(request)),
        (bytes: Buffer) => responseType.decode(bytes),
        requestType.create(fields),
        metadata,
        { deadline: Date.now() + 20_000 },
        (error, response) => {
          if (error === null) resolve({ response: response! });
          else resolve({ code: error.code, message: error.details });
        },
      );
      signal?.addEventListener('abort', () => call.cancel());
    });
  }

  /** The response of a call that is not refused. */
  async expect<Name extends CallName>(
    name: Name,
    fields: Partial<RequestOf<Name>> = {},
    token?: string,
  ): Promise<ResponseOf<Name>> {
    const outcome = await this.call(name, fields, token);
    if ('response' in outcome) return outcome.response;
    throw new Error(`${name} was refused: ${outcome.code} ${outcome.message}`);
  }

  /** Watches all keys from a revision on; resolves once it does. The function ends it. */
  async watchAll(startRevision: number): Promise<{ readonly events: readonly etcd.Event[]; end(): void }> {
    const events: etcd.Event[] = [];
    const stream = this.#client.makeBidiStreamRequest(
      '/etcdserverpb.Watch/Watch',
      (request: etcd.WatchRequest) => Buffer.from(etcd.WatchRequest.encode(request)),
      (bytes: Buffer) => etcd.WatchResponse.decode(bytes),
    );
    stream.on('data', (response: etcd.WatchResponse) => events.push(...response.events));
    stream.on('error', () => {});
    const everything = { key: Buffer.from('\0'), rangeEnd: Buffer.from('\0'), startRevision, prevKv: true };
    stream.write({ request: { case: 'create', value: etcd.WatchCreateRequest.create(everything) } });
    await once(stream, 'data');
    return { events, end: () => stream.cancel() };
  }

  close(): void {
    this.#client.close();
  }
}
