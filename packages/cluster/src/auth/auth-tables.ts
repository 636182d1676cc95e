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
import { Permission as WirePermission } from '../etcd/index.ts';
import { compareNames, type Permission, type Role, type User } from './user-and-role.ts';

/** All users and roles, and whether they count. Never changed: a change makes others. */
export interface AuthTables {
  readonly enabled: boolean;
  readonly revision: number;
  /** Signs tokens; empty before authentication is first switched on. */
  readonly tokenKey: Uint8Array;
  readonly users: ReadonlyMap<string, User>;
  readonly roles: ReadonlyMap<string, Role>;
}

export const emptyTables: AuthTables = {
  enabled: false,
  revision: 1,
  tokenKey: new Uint8Array(0),
  users: new Map(),
  roles: new Map(),
};

const StoredUser: MessageType<User> = message('holdfast.cluster.StoredUser', {
  name: string(1),
  passwordHash: string(2),
  noPassword: bool(3),
  roles: repeated(string(4)),
  credentialsRevision: uint53(5),
});

interface StoredRole {
  readonly name: string;
  readonly permissions: readonly WirePermission[];
}
const StoredRole: MessageType<StoredRole> = message('holdfast.cluster.StoredRole', {
  name: string(1),
  permissions: repeated(nested(2, WirePermission)),
});

interface StoredTables {
  readonly enabled: boolean;
  readonly revision: number;
  readonly tokenKey: Uint8Array;
  readonly users: readonly User[];
  readonly roles: readonly StoredRole[];
}
const StoredTables: MessageType<StoredTables> = message('holdfast.cluster.StoredTables', {
  enabled: bool(1),
  revision: uint53(2),
  tokenKey: bytes(3),
  users: repeated(nested(4, StoredUser)),
  roles: repeated(nested(5, StoredRole)),
});

/** The same bytes for the same tables, in whichever order they were filled. */
export function encodeTables(tables: AuthTables): Uint8Array {
  return StoredTables.encode({
    enabled: tables.enabled,
    revision: tables.revision,
    tokenKey: tables.tokenKey,
    users: byName(tables.users),
    roles: byName(tables.roles).map(({ name, permissions }) => ({
      name,
      permissions: permissions.map(toWirePermission),
    })),
  });
}

/**
 * No bytes are no tables.
 *
 * @throws HoldfastError MALFORMED_MESSAGE for what `encodeTables` has not written.
 */
export function decodeTables(encoded: Uint8Array): AuthTables {
  if (encoded.length === 0) return emptyTables;
  const { users, roles, tokenKey, ...flags } = StoredTables.decode(encoded);
  return {
    ...flags,
    // A copy, which does not hold the whole snapshot in memory.
    tokenKey: Uint8Array.from(tokenKey),
    users: new Map(users.map((user) => [user.name, user])),
    roles: new Map(
      roles.map(({ name, permissions }) => [
        name,
        { name, permissions: permissions.map(fromWirePermission) },
      ]),
    ),
  };
}

export function byName<Value extends { readonly name: string }>(values: ReadonlyMap<string, Value>): Value[] {
  return [...values.values()].sort((a, b) => compareNames(a.name, b.name));
}

export function toWirePermission({ type, key, rangeEnd }: Permission): WirePermission {
  return { permType: type, key: Buffer.from(key, 'latin1'), rangeEnd: Buffer.from(rangeEnd, 'latin1') };
}

export function fromWirePermission({ permType, key, rangeEnd }: WirePermission): Permission {
  return { type: permType, key: latin1(key), rangeEnd: latin1(rangeEnd) };
}

/** Bytes as a string in which each character is one of them. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
