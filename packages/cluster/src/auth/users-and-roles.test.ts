import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { etcdRefusals, PermissionType } from '../etcd/index.ts';
import type { CommandAuth } from '../state/command.ts';
import type { EtcdRefusal } from '../state/state-machine.ts';
import { type AuthChange, AuthCommand } from './auth-command.ts';
import { UsersAndRoles } from './users-and-roles.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function apply(state: UsersAndRoles, change: AuthChange, who?: CommandAuth): EtcdRefusal | undefined {
  const { result } = state.apply(AuthCommand.encode({ change }), 1, who);
  return 'refusal' in result ? result.refusal : undefined;
}

const enable: AuthChange = { case: 'enable', value: { tokenKey: new Uint8Array(32).fill(7) } };
const disable: AuthChange = { case: 'disable', value: {} };
const addUser = (name: string, passwordHash = 'hash'): AuthChange => ({
  case: 'addUser',
  value: { name, passwordHash, noPassword: false },
});
const deleteUser = (name: string): AuthChange => ({ case: 'deleteUser', value: { name } });
const grantRole = (user: string, role: string): AuthChange => ({ case: 'grantRole', value: { user, role } });
const revokeRole = (name: string, role: string): AuthChange => ({
  case: 'revokeRole',
  value: { name, role },
});
const addRole = (name: string): AuthChange => ({ case: 'addRole', value: { name } });
const deleteRole = (role: string): AuthChange => ({ case: 'deleteRole', value: { role } });
const grant = (
  name: string,
  key: string,
  rangeEnd: string,
  permType: number = PermissionType.READWRITE,
): AuthChange => ({
  case: 'grantPermission',
  value: { name, perm: { permType, key: bytes(key), rangeEnd: bytes(rangeEnd) } },
});
const revoke = (role: string, key: string, rangeEnd: string): AuthChange => ({
  case: 'revokePermission',
  value: { role, key: bytes(key), rangeEnd: bytes(rangeEnd) },
});

let state: UsersAndRoles;
const now = (user: string): CommandAuth => ({ user, revision: state.revision });
const may = (user: string, access: 'read' | 'write', key: string, rangeEnd = ''): boolean =>
  state.permits(now(user), bytes(key), bytes(rangeEnd), access) === undefined;

/** Authentication on; root, and ada, who may do all to keys under `a/` and read `shared`. */
beforeEach(() => {
  state = new UsersAndRoles();
  for (const change of [
    addUser('root'),
    grantRole('root', 'root'),
    addUser('ada'),
    addRole('ada'),
    grant('ada', 'a/', 'a0'),
    grant('ada', 'shared', '', PermissionType.READ),
    grantRole('ada', 'ada'),
    enable,
  ]) {
    expect(apply(state, change)).toBeUndefined();
  }
});

describe('permissions', () => {
  test('come from the roles of the user', () => {
    expect(may('ada', 'write', 'a/1')).toBe(true);
    expect(may('ada', 'read', 'a/', 'a0')).toBe(true);
    expect(may('ada', 'read', 'shared')).toBe(true);
    expect(may('ada', 'write', 'shared')).toBe(false);
    expect(may('ada', 'read', 'b')).toBe(false);
    expect(may('ada', 'read', 'a/', '\0')).toBe(false);
  });

  test('are everything with the root role', () => {
    expect(may('root', 'write', '\0', '\0')).toBe(true);
    expect(state.permitsAll(now('root'))).toBeUndefined();
    expect(state.permitsAll(now('ada'))).toEqual(etcdRefusals.permissionDenied);
  });

  test('follow each change of roles at once', () => {
    expect(may('ada', 'read', 'b')).toBe(false);
    apply(state, grant('ada', 'b', ''), now('root'));
    expect(may('ada', 'read', 'b')).toBe(true);
    apply(state, revoke('ada', 'b', ''), now('root'));
    expect(may('ada', 'read', 'b')).toBe(false);
    apply(state, revokeRole('ada', 'ada'), now('root'));
    expect(may('ada', 'read', 'a/1')).toBe(false);
  });

  test('are taken away by a grant of less for the same range, also beside another one of the same key', () => {
    apply(state, grant('ada', 'k', ''), now('root'));
    apply(state, grant('ada', 'k', 'l'), now('root'));
    expect(may('ada', 'write', 'k', 'l')).toBe(true);
    apply(state, grant('ada', 'k', 'l', PermissionType.READ), now('root'));
    expect(may('ada', 'write', 'k', 'l')).toBe(false);
    expect(may('ada', 'write', 'k')).toBe(true);
    expect(state.role('ada')?.permissions.filter(({ key }) => key === 'k')).toHaveLength(2);
  });

  test('of an unknown type allow nothing', () => {
    apply(state, grant('ada', 'b', '', 9), now('root'));
    expect(may('ada', 'read', 'b')).toBe(false);
    expect(may('ada', 'write', 'b')).toBe(false);
  });

  test('are asked anew when users or roles have changed since the door', () => {
    const atTheDoor = now('ada');
    apply(state, addRole('other'), now('root'));
    expect(state.permits(atTheDoor, bytes('a/1'), bytes(''), 'read')).toEqual(etcdRefusals.authOldRevision);
  });

  test('are not for who says no name, or a wrong one', () => {
    expect(state.permits(undefined, bytes('a/1'), bytes(''), 'read')).toEqual(etcdRefusals.userEmpty);
    expect(state.permits({ user: '', revision: 0 }, bytes('a/1'), bytes(''), 'read')).toEqual(
      etcdRefusals.userEmpty,
    );
    expect(state.permits(now('nobody'), bytes('a/1'), bytes(''), 'read')).toEqual(
      etcdRefusals.permissionDenied,
    );
    expect(state.permitsAll(undefined)).toEqual(etcdRefusals.userEmpty);
    expect(state.permitsAll(now('nobody'))).toEqual(etcdRefusals.userNotFound);
  });

  test('do not matter while authentication is off', () => {
    expect(apply(state, disable, now('root'))).toBeUndefined();
    expect(state.permits(undefined, bytes('b'), bytes(''), 'write')).toBeUndefined();
    expect(state.permitsAll(undefined)).toBeUndefined();
  });
});

describe('refusals', () => {
  test.each<[string, AuthChange, EtcdRefusal]>([
    ['a user who is there', addUser('ada'), etcdRefusals.userAlreadyExist],
    ['a user without a name', addUser(''), etcdRefusals.userEmpty],
    ['deleting a user who is not there', deleteUser('bob'), etcdRefusals.userNotFound],
    ['deleting root', deleteUser('root'), etcdRefusals.invalidAuthMgmt],
    [
      'a password for nobody',
      { case: 'changePassword', value: { name: 'bob', passwordHash: 'x' } },
      etcdRefusals.userNotFound,
    ],
    ['a role for nobody', grantRole('bob', 'ada'), etcdRefusals.userNotFound],
    ['a role that is not there', grantRole('ada', 'guest'), etcdRefusals.roleNotFound],
    ['revoking from nobody', revokeRole('bob', 'ada'), etcdRefusals.userNotFound],
    ['revoking what was not granted', revokeRole('ada', 'guest'), etcdRefusals.roleNotGranted],
    ['revoking root from root', revokeRole('root', 'root'), etcdRefusals.invalidAuthMgmt],
    ['a role that is there', addRole('ada'), etcdRefusals.roleAlreadyExist],
    ['a role without a name', addRole(''), etcdRefusals.roleEmpty],
    ['deleting a role that is not there', deleteRole('guest'), etcdRefusals.roleNotFound],
    ['deleting the root role', deleteRole('root'), etcdRefusals.invalidAuthMgmt],
    ['a permission for no role', grant('guest', 'a', ''), etcdRefusals.roleNotFound],
    [
      'no permission',
      { case: 'grantPermission', value: { name: 'ada', perm: undefined } },
      etcdRefusals.permissionNotGiven,
    ],
    ['a range that ends before it begins', grant('ada', 'b', 'a'), etcdRefusals.invalidAuthMgmt],
    ['a range of no key', grant('ada', '', ''), etcdRefusals.invalidAuthMgmt],
    ['revoking a permission from no role', revoke('guest', 'a', ''), etcdRefusals.roleNotFound],
    [
      'revoking a permission that was not granted',
      revoke('ada', 'a/', 'a1'),
      etcdRefusals.permissionNotGranted,
    ],
  ])('%s', (_case, change, refusal) => {
    const before = state.save();
    expect(apply(state, change, now('root'))).toEqual(refusal);
    expect(state.save()).toEqual(before);
  });

  test('nobody but the root role changes users and roles', () => {
    for (const change of [addUser('bob'), deleteRole('ada'), disable, enable]) {
      expect(apply(state, change, now('ada'))).toEqual(etcdRefusals.permissionDenied);
      expect(apply(state, change)).toEqual(etcdRefusals.userEmpty);
    }
  });

  test('authentication is not switched on without a root user who has the root role', () => {
    const fresh = new UsersAndRoles();
    expect(apply(fresh, enable)).toEqual(etcdRefusals.rootUserNotExist);
    apply(fresh, addUser('root'));
    expect(apply(fresh, enable)).toEqual(etcdRefusals.rootRoleNotExist);
    apply(fresh, grantRole('root', 'root'));
    expect(apply(fresh, enable)).toBeUndefined();
  });
});

test('while authentication is off, root and its role can go', () => {
  apply(state, disable, now('root'));
  expect(apply(state, addRole('root'))).toBeUndefined();
  expect(apply(state, deleteRole('root'))).toBeUndefined();
  expect(state.user('root')?.roles).toEqual([]);
  expect(apply(state, deleteUser('root'))).toBeUndefined();
  expect(state.user('root')).toBeUndefined();
});

test('deleting a role takes it from all users', () => {
  apply(state, deleteRole('ada'), now('root'));
  expect(state.user('ada')?.roles).toEqual([]);
  expect(may('ada', 'read', 'a/1')).toBe(false);
});

test('names are listed in the order of their bytes', () => {
  const fresh = new UsersAndRoles();
  for (const name of ['\u{1f600}', 'b', '\ufffd', 'a']) apply(fresh, addUser(name));
  expect(fresh.users.map(({ name }) => name)).toEqual(['a', 'b', '\ufffd', '\u{1f600}']);
});

describe('the revision', () => {
  test('is 1 at first, and rises with each change that changes something', () => {
    const fresh = new UsersAndRoles();
    expect(fresh.revision).toBe(1);
    apply(fresh, addUser('root'));
    expect(fresh.revision).toBe(2);
    apply(fresh, addUser('root'));
    expect(fresh.revision).toBe(2);
    apply(fresh, grantRole('root', 'root'));
    apply(fresh, grantRole('root', 'root'));
    expect(fresh.revision).toBe(3);
    apply(fresh, enable);
    expect(fresh.revision).toBe(3);
    apply(fresh, disable, { user: 'root', revision: 3 });
    expect(fresh.revision).toBe(4);
  });

  test('of the credentials rises with a new password, not with a new role', () => {
    const of = (name: string): number | undefined => state.user(name)?.credentialsRevision;
    const first = of('ada');
    apply(state, revokeRole('ada', 'ada'), now('root'));
    expect(of('ada')).toBe(first);
    apply(state, { case: 'changePassword', value: { name: 'ada', passwordHash: 'new' } }, now('root'));
    expect(of('ada')).toBe(state.revision);
    apply(state, deleteUser('ada'), now('root'));
    apply(state, addUser('ada'), now('root'));
    expect(of('ada')).toBe(state.revision);
  });
});

describe('saved and restored', () => {
  test('no bytes are no users', () => {
    state.restore(new Uint8Array(0));
    expect(state.enabled).toBe(false);
    expect(state.users).toEqual([]);
    expect(state.revision).toBe(1);
  });

  const name = fc.constantFrom('', 'root', 'ada', 'bob', 'é');
  const key = fc.constantFrom('', '\0', 'a', 'a/', 'b', '\xff');
  const anyChange: fc.Arbitrary<AuthChange> = fc.oneof(
    fc.constant(enable),
    fc.constant(disable),
    name.map((user) => addUser(user)),
    name.map(deleteUser),
    fc.tuple(name, name).map(([user, role]) => grantRole(user, role)),
    fc.tuple(name, name).map(([user, role]) => revokeRole(user, role)),
    name.map(addRole),
    name.map(deleteRole),
    fc.tuple(name, key, key, fc.nat(2)).map(([role, from, to, type]) => grant(role, from, to, type)),
    fc.tuple(name, key, key).map(([role, from, to]) => revoke(role, from, to)),
  );

  test('it goes on as the original does', () => {
    fc.assert(
      fc.property(fc.array(anyChange), fc.array(anyChange), (before, after) => {
        const original = new UsersAndRoles();
        const root = { user: 'root', revision: 0 };
        for (const change of before) apply(original, change, root);
        const restored = new UsersAndRoles();
        restored.restore(original.save());
        for (const change of after) {
          expect(apply(restored, change, root)).toEqual(apply(original, change, root));
        }
        expect(restored.save()).toEqual(original.save());
      }),
    );
  });
});
