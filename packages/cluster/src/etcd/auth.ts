import {
  bool,
  bytes,
  type MessageType,
  message,
  nested,
  repeated,
  string,
  uint53,
} from '@holdfast/transport/protobuf';
import { ResponseHeader } from './response-header.ts';
import { Permission, UserAddOptions } from './user-and-role.ts';

export type AuthEnableRequest = Readonly<Record<never, never>>;
export const AuthEnableRequest: MessageType<AuthEnableRequest> = message(
  'etcdserverpb.AuthEnableRequest',
  {},
);

export interface AuthEnableResponse {
  readonly header: ResponseHeader | undefined;
}
export const AuthEnableResponse: MessageType<AuthEnableResponse> = message(
  'etcdserverpb.AuthEnableResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

export type AuthDisableRequest = Readonly<Record<never, never>>;
export const AuthDisableRequest: MessageType<AuthDisableRequest> = message(
  'etcdserverpb.AuthDisableRequest',
  {},
);

export interface AuthDisableResponse {
  readonly header: ResponseHeader | undefined;
}
export const AuthDisableResponse: MessageType<AuthDisableResponse> = message(
  'etcdserverpb.AuthDisableResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

/** Since etcd 3.5. */
export type AuthStatusRequest = Readonly<Record<never, never>>;
export const AuthStatusRequest: MessageType<AuthStatusRequest> = message(
  'etcdserverpb.AuthStatusRequest',
  {},
);

export interface AuthStatusResponse {
  readonly header: ResponseHeader | undefined;
  readonly enabled: boolean;
  /** Rises with each change of users and roles. */
  readonly authRevision: number;
}
export const AuthStatusResponse: MessageType<AuthStatusResponse> = message(
  'etcdserverpb.AuthStatusResponse',
  {
    header: nested(1, ResponseHeader),
    enabled: bool(2),
    authRevision: uint53(3),
  },
);

export interface AuthenticateRequest {
  readonly name: string;
  readonly password: string;
}
export const AuthenticateRequest: MessageType<AuthenticateRequest> = message(
  'etcdserverpb.AuthenticateRequest',
  {
    name: string(1),
    password: string(2),
  },
);

export interface AuthenticateResponse {
  readonly header: ResponseHeader | undefined;
  /** For the metadata `token` of later calls. */
  readonly token: string;
}
export const AuthenticateResponse: MessageType<AuthenticateResponse> = message(
  'etcdserverpb.AuthenticateResponse',
  {
    header: nested(1, ResponseHeader),
    token: string(2),
  },
);

export interface AuthUserAddRequest {
  readonly name: string;
  readonly password: string;
  readonly options: UserAddOptions | undefined;
}
export const AuthUserAddRequest: MessageType<AuthUserAddRequest> = message(
  'etcdserverpb.AuthUserAddRequest',
  {
    name: string(1),
    password: string(2),
    options: nested(3, UserAddOptions),
  },
);

export interface AuthUserAddResponse {
  readonly header: ResponseHeader | undefined;
}
export const AuthUserAddResponse: MessageType<AuthUserAddResponse> = message(
  'etcdserverpb.AuthUserAddResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

export interface AuthUserGetRequest {
  readonly name: string;
}
export const AuthUserGetRequest: MessageType<AuthUserGetRequest> = message(
  'etcdserverpb.AuthUserGetRequest',
  {
    name: string(1),
  },
);

export interface AuthUserGetResponse {
  readonly header: ResponseHeader | undefined;
  readonly roles: readonly string[];
}
export const AuthUserGetResponse: MessageType<AuthUserGetResponse> = message(
  'etcdserverpb.AuthUserGetResponse',
  {
    header: nested(1, ResponseHeader),
    roles: repeated(string(2)),
  },
);

export type AuthUserListRequest = Readonly<Record<never, never>>;
export const AuthUserListRequest: MessageType<AuthUserListRequest> = message(
  'etcdserverpb.AuthUserListRequest',
  {},
);

export interface AuthUserListResponse {
  readonly header: ResponseHeader | undefined;
  readonly users: readonly string[];
}
export const AuthUserListResponse: MessageType<AuthUserListResponse> = message(
  'etcdserverpb.AuthUserListResponse',
  {
    header: nested(1, ResponseHeader),
    users: repeated(string(2)),
  },
);

export interface AuthUserDeleteRequest {
  readonly name: string;
}
export const AuthUserDeleteRequest: MessageType<AuthUserDeleteRequest> = message(
  'etcdserverpb.AuthUserDeleteRequest',
  {
    name: string(1),
  },
);

export interface AuthUserDeleteResponse {
  readonly header: ResponseHeader | undefined;
}
export const AuthUserDeleteResponse: MessageType<AuthUserDeleteResponse> = message(
  'etcdserverpb.AuthUserDeleteResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

export interface AuthUserChangePasswordRequest {
  readonly name: string;
  readonly password: string;
}
export const AuthUserChangePasswordRequest: MessageType<AuthUserChangePasswordRequest> = message(
  'etcdserverpb.AuthUserChangePasswordRequest',
  {
    name: string(1),
    password: string(2),
  },
);

export interface AuthUserChangePasswordResponse {
  readonly header: ResponseHeader | undefined;
}
export const AuthUserChangePasswordResponse: MessageType<AuthUserChangePasswordResponse> = message(
  'etcdserverpb.AuthUserChangePasswordResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

export interface AuthUserGrantRoleRequest {
  readonly user: string;
  readonly role: string;
}
export const AuthUserGrantRoleRequest: MessageType<AuthUserGrantRoleRequest> = message(
  'etcdserverpb.AuthUserGrantRoleRequest',
  {
    user: string(1),
    role: string(2),
  },
);

export interface AuthUserGrantRoleResponse {
  readonly header: ResponseHeader | undefined;
}
export const AuthUserGrantRoleResponse: MessageType<AuthUserGrantRoleResponse> = message(
  'etcdserverpb.AuthUserGrantRoleResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

export interface AuthUserRevokeRoleRequest {
  readonly name: string;
  readonly role: string;
}
export const AuthUserRevokeRoleRequest: MessageType<AuthUserRevokeRoleRequest> = message(
  'etcdserverpb.AuthUserRevokeRoleRequest',
  {
    name: string(1),
    role: string(2),
  },
);

export interface AuthUserRevokeRoleResponse {
  readonly header: ResponseHeader | undefined;
}
export const AuthUserRevokeRoleResponse: MessageType<AuthUserRevokeRoleResponse> = message(
  'etcdserverpb.AuthUserRevokeRoleResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

export interface AuthRoleAddRequest {
  readonly name: string;
}
export const AuthRoleAddRequest: MessageType<AuthRoleAddRequest> = message(
  'etcdserverpb.AuthRoleAddRequest',
  {
    name: string(1),
  },
);

export interface AuthRoleAddResponse {
  readonly header: ResponseHeader | undefined;
}
export const AuthRoleAddResponse: MessageType<AuthRoleAddResponse> = message(
  'etcdserverpb.AuthRoleAddResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

export interface AuthRoleGetRequest {
  readonly role: string;
}
export const AuthRoleGetRequest: MessageType<AuthRoleGetRequest> = message(
  'etcdserverpb.AuthRoleGetRequest',
  {
    role: string(1),
  },
);

export interface AuthRoleGetResponse {
  readonly header: ResponseHeader | undefined;
  readonly perm: readonly Permission[];
}
export const AuthRoleGetResponse: MessageType<AuthRoleGetResponse> = message(
  'etcdserverpb.AuthRoleGetResponse',
  {
    header: nested(1, ResponseHeader),
    perm: repeated(nested(2, Permission)),
  },
);

export type AuthRoleListRequest = Readonly<Record<never, never>>;
export const AuthRoleListRequest: MessageType<AuthRoleListRequest> = message(
  'etcdserverpb.AuthRoleListRequest',
  {},
);

export interface AuthRoleListResponse {
  readonly header: ResponseHeader | undefined;
  readonly roles: readonly string[];
}
export const AuthRoleListResponse: MessageType<AuthRoleListResponse> = message(
  'etcdserverpb.AuthRoleListResponse',
  {
    header: nested(1, ResponseHeader),
    roles: repeated(string(2)),
  },
);

export interface AuthRoleDeleteRequest {
  readonly role: string;
}
export const AuthRoleDeleteRequest: MessageType<AuthRoleDeleteRequest> = message(
  'etcdserverpb.AuthRoleDeleteRequest',
  {
    role: string(1),
  },
);

export interface AuthRoleDeleteResponse {
  readonly header: ResponseHeader | undefined;
}
export const AuthRoleDeleteResponse: MessageType<AuthRoleDeleteResponse> = message(
  'etcdserverpb.AuthRoleDeleteResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

export interface AuthRoleGrantPermissionRequest {
  readonly name: string;
  readonly perm: Permission | undefined;
}
export const AuthRoleGrantPermissionRequest: MessageType<AuthRoleGrantPermissionRequest> = message(
  'etcdserverpb.AuthRoleGrantPermissionRequest',
  {
    name: string(1),
    perm: nested(2, Permission),
  },
);

export interface AuthRoleGrantPermissionResponse {
  readonly header: ResponseHeader | undefined;
}
export const AuthRoleGrantPermissionResponse: MessageType<AuthRoleGrantPermissionResponse> = message(
  'etcdserverpb.AuthRoleGrantPermissionResponse',
  {
    header: nested(1, ResponseHeader),
  },
);

export interface AuthRoleRevokePermissionRequest {
  readonly role: string;
  readonly key: Uint8Array;
  readonly rangeEnd: Uint8Array;
}
export const AuthRoleRevokePermissionRequest: MessageType<AuthRoleRevokePermissionRequest> = message(
  'etcdserverpb.AuthRoleRevokePermissionRequest',
  {
    role: string(1),
    key: bytes(2),
    rangeEnd: bytes(3),
  },
);

export interface AuthRoleRevokePermissionResponse {
  readonly header: ResponseHeader | undefined;
}
export const AuthRoleRevokePermissionResponse: MessageType<AuthRoleRevokePermissionResponse> = message(
  'etcdserverpb.AuthRoleRevokePermissionResponse',
  {
    header: nested(1, ResponseHeader),
  },
);
