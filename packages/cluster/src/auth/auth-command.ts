import {
  bool,
  bytes,
  type MessageType,
  message,
  nested,
  type Oneof,
  oneof,
  string,
} from '@holdfast/transport/protobuf';
import {
  AuthDisableRequest,
  AuthRoleAddRequest,
  AuthRoleDeleteRequest,
  AuthRoleGrantPermissionRequest,
  AuthRoleRevokePermissionRequest,
  AuthUserDeleteRequest,
  AuthUserGrantRoleRequest,
  AuthUserRevokeRoleRequest,
} from '../etcd/index.ts';

/** Switches authentication on. */
export interface EnableAuth {
  /** Signs tokens from here on. Drawn at random by the member that proposes. */
  readonly tokenKey: Uint8Array;
}
const EnableAuth: MessageType<EnableAuth> = message('holdfast.cluster.EnableAuth', {
  tokenKey: bytes(1),
});

export interface AddUser {
  readonly name: string;
  /** Made by the member that took the request: the password itself does not come this far. */
  readonly passwordHash: string;
  readonly noPassword: boolean;
}
const AddUser: MessageType<AddUser> = message('holdfast.cluster.AddUser', {
  name: string(1),
  passwordHash: string(2),
  noPassword: bool(3),
});

export interface ChangePassword {
  readonly name: string;
  readonly passwordHash: string;
}
const ChangePassword: MessageType<ChangePassword> = message('holdfast.cluster.ChangePassword', {
  name: string(1),
  passwordHash: string(2),
});

/**
 * A change of users, roles or authentication itself, as it stands in the log: etcd's own request where it holds no secret
 * and lacks none.
 */
export interface AuthCommand {
  readonly change: Oneof<{
    readonly enable: EnableAuth;
    readonly disable: AuthDisableRequest;
    readonly addUser: AddUser;
    readonly deleteUser: AuthUserDeleteRequest;
    readonly changePassword: ChangePassword;
    readonly grantRole: AuthUserGrantRoleRequest;
    readonly revokeRole: AuthUserRevokeRoleRequest;
    readonly addRole: AuthRoleAddRequest;
    readonly deleteRole: AuthRoleDeleteRequest;
    readonly grantPermission: AuthRoleGrantPermissionRequest;
    readonly revokePermission: AuthRoleRevokePermissionRequest;
  }>;
}
export const AuthCommand: MessageType<AuthCommand> = message('holdfast.cluster.AuthCommand', {
  change: oneof({
    enable: nested(1, EnableAuth),
    disable: nested(2, AuthDisableRequest),
    addUser: nested(3, AddUser),
    deleteUser: nested(4, AuthUserDeleteRequest),
    changePassword: nested(5, ChangePassword),
    grantRole: nested(6, AuthUserGrantRoleRequest),
    revokeRole: nested(7, AuthUserRevokeRoleRequest),
    addRole: nested(8, AuthRoleAddRequest),
    deleteRole: nested(9, AuthRoleDeleteRequest),
    grantPermission: nested(10, AuthRoleGrantPermissionRequest),
    revokePermission: nested(11, AuthRoleRevokePermissionRequest),
  }),
});

export type AuthChange = NonNullable<AuthCommand['change']>;
