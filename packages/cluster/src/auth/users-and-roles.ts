import { assert } from '@holdfast/core';
import { etcdRefusals, PermissionType } from '../etcd/index.ts';
import type { AuthState } from '../state/auth-state.ts';
import type { CommandAuth } from '../state/command.ts';
import type { Applied, EtcdRefusal } from '../state/state-machine.ts';
import { type AuthChange, AuthCommand } from './auth-command.ts';
import {
  type AuthTables,
  byName,
  decodeTables,
  emptyTables,
  encodeTables,
  fromWirePermission,
  latin1,
} from './auth-tables.ts';
import { GrantedRanges, type KeyRange, openEnd } from './granted-ranges.ts';
import { compareNames, type Permission, type Role, rootRole, rootUser, type User } from './user-and-role.ts';

/** What a user's roles give together. */
interface GrantedAccess {
  readonly read: GrantedRanges;
  readonly write: GrantedRanges;
}

/**
 * Users, roles and what they may do, by the rules of the last etcd 3.4 (auth/store.go and etcdserver/apply_auth.go of
 * v3.4.45). Pure: the same changes in the same order give the same state on every member.
 */
export class UsersAndRoles implements AuthState {
  #tables: AuthTables = emptyTables;
  /** What {@link save} gave for these tables. */
  #saved: Uint8Array | undefined;
  /** By user, for the present revision: thrown away with each change, and made anew when it is asked for. */
  readonly #access = new Map<string, GrantedAccess>();

  get enabled(): boolean {
    return this.#tables.enabled;
  }

  /** Rises with each change of users and roles, and when authentication is switched off. */
  get revision(): number {
    return this.#tables.revision;
  }

  /** Signs tokens; empty before authentication was ever on. */
  get tokenKey(): Uint8Array {
    return this.#tables.tokenKey;
  }

  /** In the order of their names' bytes. */
  get users(): readonly User[] {
    return byName(this.#tables.users);
  }

  get roles(): readonly Role[] {
    return byName(this.#tables.roles);
  }

  user(name: string): User | undefined {
    return this.#tables.users.get(name);
  }

  role(name: string): Role | undefined {
    return this.#tables.roles.get(name);
  }

  apply(payload: Uint8Array, revision: number, auth: CommandAuth | undefined): Applied {
    const { change } = AuthCommand.decode(payload);
    // A kind of change that a later version of the protocol knows, and this one does not.
    if (change === undefined) assert(false, 'a change of users and roles that this version does not know');
    const refusal = this.permitsAll(auth) ?? this.#apply(change);
    return { revision, result: refusal === undefined ? { response: {} } : { refusal } };
  }

  permits(
    auth: CommandAuth | undefined,
    key: Uint8Array,
    rangeEnd: Uint8Array,
    access: 'read' | 'write',
  ): EtcdRefusal | undefined {
    if (!this.enabled) return undefined;
    // Who shows neither token nor certificate has revision 0 with etcd.
    if (auth === undefined || auth.revision === 0) return etcdRefusals.userEmpty;
    if (auth.revision < this.revision) return etcdRefusals.authOldRevision;
    const user = this.user(auth.user);
    if (user === undefined) return etcdRefusals.permissionDenied;
    if (user.roles.includes(rootRole)) return undefined;
    const granted = this.#accessOf(user)[access];
    return granted.covers(latin1(key), latin1(rangeEnd)) ? undefined : etcdRefusals.permissionDenied;
  }

  permitsAll(auth: CommandAuth | undefined): EtcdRefusal | undefined {
    if (!this.enabled) return undefined;
    if (auth === undefined || auth.user === '') return etcdRefusals.userEmpty;
    const user = this.user(auth.user);
    if (user === undefined) return etcdRefusals.userNotFound;
    return user.roles.includes(rootRole) ? undefined : etcdRefusals.permissionDenied;
  }

  save(): Uint8Array {
    this.#saved ??= encodeTables(this.#tables);
    return this.#saved;
  }

  restore(bytes: Uint8Array): void {
    this.#replace(decodeTables(bytes));
  }

  #apply(change: AuthChange): EtcdRefusal | undefined {
    switch (change.case) {
      case 'enable':
        return this.#enable(change.value.tokenKey);
      case 'disable':
        return this.#disable();
      case 'addUser':
        return this.#addUser(change.value.name, change.value.passwordHash, change.value.noPassword);
      case 'deleteUser':
        return this.#deleteUser(change.value.name);
      case 'changePassword':
        return this.#changePassword(change.value.name, change.value.passwordHash);
      case 'grantRole':
        return this.#grantRole(change.value.user, change.value.role);
      case 'revokeRole':
        return this.#revokeRole(change.value.name, change.value.role);
      case 'addRole':
        return this.#addRole(change.value.name);
      case 'deleteRole':
        return this.#deleteRole(change.value.role);
      case 'grantPermission': {
        const { name, perm } = change.value;
        return this.#grantPermission(name, perm && fromWirePermission(perm));
      }
      case 'revokePermission': {
        const { role, key, rangeEnd } = change.value;
        return this.#revokePermission(role, { key: latin1(key), rangeEnd: latin1(rangeEnd) });
      }
    }
  }

  /** The new key makes the tokens of an earlier time void. */
  #enable(tokenKey: Uint8Array): EtcdRefusal | undefined {
    if (this.enabled) return undefined;
    const root = this.user(rootUser);
    if (root === undefined) return etcdRefusals.rootUserNotExist;
    if (!root.roles.includes(rootRole)) return etcdRefusals.rootRoleNotExist;
    this.#replace({ ...this.#tables, enabled: true, tokenKey: Uint8Array.from(tokenKey) });
    return undefined;
  }

  #disable(): undefined {
    if (this.enabled) this.#commit({ enabled: false });
  }

  #addUser(name: string, passwordHash: string, noPassword: boolean): EtcdRefusal | undefined {
    if (name === '') return etcdRefusals.userEmpty;
    if (this.user(name) !== undefined) return etcdRefusals.userAlreadyExist;
    return this.#putUser({
      name,
      passwordHash: noPassword ? '' : passwordHash,
      noPassword,
      roles: [],
      credentialsRevision: this.revision + 1,
    });
  }

  #deleteUser(name: string): EtcdRefusal | undefined {
    if (this.enabled && name === rootUser) return etcdRefusals.invalidAuthMgmt;
    if (this.user(name) === undefined) return etcdRefusals.userNotFound;
    const users = new Map(this.#tables.users);
    users.delete(name);
    return this.#commit({ users });
  }

  /** A user without a password goes on without one; the tokens become void all the same. */
  #changePassword(name: string, passwordHash: string): EtcdRefusal | undefined {
    const user = this.user(name);
    if (user === undefined) return etcdRefusals.userNotFound;
    return this.#putUser({
      ...user,
      passwordHash: user.noPassword ? '' : passwordHash,
      credentialsRevision: this.revision + 1,
    });
  }

  /** The root role needs no record to be granted: what it gives stands in no record. */
  #grantRole(userName: string, role: string): EtcdRefusal | undefined {
    const user = this.user(userName);
    if (user === undefined) return etcdRefusals.userNotFound;
    if (role !== rootRole && this.role(role) === undefined) return etcdRefusals.roleNotFound;
    if (user.roles.includes(role)) return undefined;
    return this.#putUser({ ...user, roles: [...user.roles, role].sort(compareNames) });
  }

  #revokeRole(userName: string, role: string): EtcdRefusal | undefined {
    if (this.enabled && userName === rootUser && role === rootRole) return etcdRefusals.invalidAuthMgmt;
    const user = this.user(userName);
    if (user === undefined) return etcdRefusals.userNotFound;
    if (!user.roles.includes(role)) return etcdRefusals.roleNotGranted;
    return this.#putUser(withoutRole(user, role));
  }

  #addRole(name: string): EtcdRefusal | undefined {
    if (name === '') return etcdRefusals.roleEmpty;
    if (this.role(name) !== undefined) return etcdRefusals.roleAlreadyExist;
    return this.#putRole({ name, permissions: [] });
  }

  #deleteRole(name: string): EtcdRefusal | undefined {
    if (this.enabled && name === rootRole) return etcdRefusals.invalidAuthMgmt;
    if (this.role(name) === undefined) return etcdRefusals.roleNotFound;
    const roles = new Map(this.#tables.roles);
    roles.delete(name);
    const users = new Map(this.#tables.users);
    for (const user of users.values()) {
      if (user.roles.includes(name)) users.set(user.name, withoutRole(user, name));
    }
    return this.#commit({ roles, users });
  }

  /**
   * Grants a range, or changes what is granted for exactly this one. (etcd overlooks a grant of the same range when the
   * key has another one before it. It then keeps both, so that `read` after `readwrite` takes nothing away.)
   */
  #grantPermission(roleName: string, permission: Permission | undefined): EtcdRefusal | undefined {
    if (permission === undefined) return etcdRefusals.permissionNotGiven;
    if (!isGrantable(permission)) return etcdRefusals.invalidAuthMgmt;
    const role = this.role(roleName);
    if (role === undefined) return etcdRefusals.roleNotFound;
    const permissions = [...role.permissions];
    const same = permissions.findIndex((granted) => isSameRange(granted, permission));
    if (same >= 0) permissions[same] = permission;
    else {
      const later = permissions.findIndex((granted) => granted.key > permission.key);
      permissions.splice(later < 0 ? permissions.length : later, 0, permission);
    }
    return this.#putRole({ ...role, permissions });
  }

  #revokePermission(roleName: string, range: KeyRange): EtcdRefusal | undefined {
    const role = this.role(roleName);
    if (role === undefined) return etcdRefusals.roleNotFound;
    const permissions = role.permissions.filter((granted) => !isSameRange(granted, range));
    if (permissions.length === role.permissions.length) return etcdRefusals.permissionNotGranted;
    return this.#putRole({ ...role, permissions });
  }

  #putUser(user: User): undefined {
    this.#commit({ users: new Map(this.#tables.users).set(user.name, user) });
  }

  #putRole(role: Role): undefined {
    this.#commit({ roles: new Map(this.#tables.roles).set(role.name, role) });
  }

  #commit(changed: Partial<AuthTables>): undefined {
    this.#replace({ ...this.#tables, ...changed, revision: this.revision + 1 });
  }

  #replace(tables: AuthTables): void {
    this.#tables = tables;
    this.#saved = undefined;
    this.#access.clear();
  }

  #accessOf(user: User): GrantedAccess {
    let access = this.#access.get(user.name);
    if (access === undefined) {
      const granted = user.roles.flatMap((role) => this.role(role)?.permissions ?? []);
      const { READ, WRITE, READWRITE } = PermissionType;
      access = {
        read: new GrantedRanges(granted.filter(({ type }) => type === READ || type === READWRITE)),
        write: new GrantedRanges(granted.filter(({ type }) => type === WRITE || type === READWRITE)),
      };
      this.#access.set(user.name, access);
    }
    return access;
  }
}

function withoutRole(user: User, role: string): User {
  return { ...user, roles: user.roles.filter((granted) => granted !== role) };
}

function isSameRange(a: KeyRange, b: KeyRange): boolean {
  return a.key === b.key && a.rangeEnd === b.rangeEnd;
}

/** A range must begin with a key, and hold that one at least. */
function isGrantable({ key, rangeEnd }: KeyRange): boolean {
  return key !== '' && (rangeEnd === '' || rangeEnd === openEnd || key < rangeEnd);
}
