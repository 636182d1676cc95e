import {
  bool,
  bytes,
  enumeration,
  type MessageType,
  message,
  nested,
  repeated,
  string,
} from '@holdfast/transport/protobuf';

export interface UserAddOptions {
  /** Such a user comes by a certificate only. */
  readonly noPassword: boolean;
}
export const UserAddOptions: MessageType<UserAddOptions> = message('authpb.UserAddOptions', {
  noPassword: bool(1),
});

/** What a permission allows. */
export const PermissionType = { READ: 0, WRITE: 1, READWRITE: 2 } as const;

export interface Permission {
  /** One of {@link PermissionType}. */
  readonly permType: number;
  readonly key: Uint8Array;
  /** As in a RangeRequest. */
  readonly rangeEnd: Uint8Array;
}
export const Permission: MessageType<Permission> = message('authpb.Permission', {
  permType: enumeration(1),
  key: bytes(2),
  rangeEnd: bytes(3),
});

export interface User {
  readonly name: Uint8Array;
  /** Its hash. */
  readonly password: Uint8Array;
  readonly roles: readonly string[];
  readonly options: UserAddOptions | undefined;
}
export const User: MessageType<User> = message('authpb.User', {
  name: bytes(1),
  password: bytes(2),
  roles: repeated(string(3)),
  options: nested(4, UserAddOptions),
});

export interface Role {
  readonly name: Uint8Array;
  readonly keyPermission: readonly Permission[];
}
export const Role: MessageType<Role> = message('authpb.Role', {
  name: bytes(1),
  keyPermission: repeated(nested(2, Permission)),
});
