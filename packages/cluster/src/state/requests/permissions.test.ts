import { beforeEach, describe, expect, test } from 'vitest';
import { type AuthChange, AuthCommand } from '../../auth/auth-command.ts';
import { UsersAndRoles } from '../../auth/users-and-roles.ts';
import * as etcd from '../../etcd/index.ts';
import { type Command, type CommandAuth, encodeCommand } from '../command.ts';
import { Store } from '../store.ts';
import type { Permissions } from './permissions.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const { READ, WRITE, READWRITE } = etcd.PermissionType;

let users: UsersAndRoles;
let store: Store;
let permissions: Permissions;
let ada: CommandAuth;
let index: number;

function apply(kind: Command['kind'], payload: Uint8Array, auth?: CommandAuth): unknown {
  const { result } = store.apply(encodeCommand({ kind, auth, payload }), ++index, 1, 0);
  return 'refusal' in result ? result.refusal : undefined;
}

/** ada may read `r*`, write `w*`, and do both with `b*`. Leases: 1 with w1, b1; 2 with w2, r1; 3 with nothing. */
beforeEach(() => {
  users = new UsersAndRoles();
  store = new Store({ auth: users });
  permissions = store.permissions;
  index = 0;
  for (const id of [1n, 2n, 3n]) apply('lease-grant', etcd.LeaseGrantRequest.encode({ id, ttl: 60 }));
  for (const [key, lease] of [
    ['w1', 1n],
    ['b1', 1n],
    ['w2', 2n],
    ['r1', 2n],
  ] as const) {
    apply('put', etcd.PutRequest.encode(put(key, { lease })));
  }
  const grant = (key: string, permType: number): AuthChange => {
    const rangeEnd = bytes(String.fromCharCode(key.charCodeAt(0) + 1));
    return { case: 'grantPermission', value: { name: 'ada', perm: { permType, key: bytes(key), rangeEnd } } };
  };
  const changes: AuthChange[] = [
    { case: 'addUser', value: { name: 'root', passwordHash: '', noPassword: false } },
    { case: 'grantRole', value: { user: 'root', role: 'root' } },
    { case: 'addUser', value: { name: 'ada', passwordHash: '', noPassword: false } },
    { case: 'addRole', value: { name: 'ada' } },
    grant('r', READ),
    grant('w', WRITE),
    grant('b', READWRITE),
    { case: 'grantRole', value: { user: 'ada', role: 'ada' } },
    { case: 'enable', value: { tokenKey: new Uint8Array(32) } },
  ];
  for (const change of changes) expect(apply('auth', AuthCommand.encode({ change }))).toBeUndefined();
  ada = { user: 'ada', revision: users.revision };
});

const range = (key: string, rangeEnd = ''): etcd.RangeRequest =>
  etcd.RangeRequest.create({ key: bytes(key), rangeEnd: bytes(rangeEnd) });
const put = (key: string, more: Partial<etcd.PutRequest> = {}): etcd.PutRequest =>
  etcd.PutRequest.create({ key: bytes(key), ...more });
const remove = (key: string, rangeEnd = '', prevKv = false): etcd.DeleteRangeRequest =>
  etcd.DeleteRangeRequest.create({ key: bytes(key), rangeEnd: bytes(rangeEnd), prevKv });
const allows = (refusal: unknown): boolean => {
  if (refusal !== undefined) expect(refusal).toEqual(etcd.etcdRefusals.permissionDenied);
  return refusal === undefined;
};

test.each([
  ['r1', '', true],
  ['r', 's', true],
  ['w1', '', false],
  ['b1', '', true],
  ['b', 's', false],
])('reading %s to %j: %s', (key, rangeEnd, allowed) => {
  expect(allows(permissions.range(ada, range(key, rangeEnd)))).toBe(allowed);
});

test.each<[string, Partial<etcd.PutRequest>, boolean]>([
  ['r1', {}, false],
  ['w1', {}, true],
  ['w1', { prevKv: true }, false],
  ['b1', { prevKv: true }, true],
  ['w1', { lease: 1n }, true],
  ['w1', { lease: 2n }, false],
  ['w1', { lease: 3n }, true],
  ['w1', { lease: 99n }, true],
])('putting %s with %o: %s', (key, more, allowed) => {
  expect(allows(permissions.put(ada, put(key, more)))).toBe(allowed);
});

test.each([
  ['w1', '', false, true],
  ['w', 'x', false, true],
  ['w1', '', true, false],
  ['b', 'c', true, true],
  ['b', 's', false, false],
  ['r1', '', false, false],
])('deleting %s to %j, with what was there %s: %s', (key, rangeEnd, prevKv, allowed) => {
  expect(allows(permissions.deleteRange(ada, remove(key, rangeEnd, prevKv)))).toBe(allowed);
});

describe('a transaction', () => {
  type Operation = NonNullable<etcd.RequestOp['request']>;
  const txn = (compare: string[], success: Operation[], failure: Operation[] = []): etcd.TxnRequest => ({
    compare: compare.map((key) => etcd.Compare.create({ key: bytes(key) })),
    success: success.map((request) => ({ request })),
    failure: failure.map((request) => ({ request })),
  });
  const allowed: Operation[] = [
    { case: 'range', value: range('r1') },
    { case: 'put', value: put('w1') },
    { case: 'deleteRange', value: remove('b', 'c', true) },
  ];
  const refused: Operation[] = [
    { case: 'range', value: range('w1') },
    { case: 'put', value: put('r1') },
    { case: 'put', value: put('w1', { prevKv: true }) },
    { case: 'put', value: put('w1', { lease: 2n }) },
    { case: 'deleteRange', value: remove('w', 'x', true) },
  ];

  test('is allowed when all of it is', () => {
    expect(allows(permissions.txn(ada, txn(['r1', 'b1'], allowed, allowed)))).toBe(true);
    const nested: Operation = { case: 'txn', value: txn(['r1'], allowed, allowed) };
    expect(allows(permissions.txn(ada, txn([], [nested], [nested])))).toBe(true);
  });

  test('is refused for any one of its conditions', () => {
    expect(allows(permissions.txn(ada, txn(['r1', 'w1'], allowed)))).toBe(false);
  });

  test.each(refused)('is refused for any one operation, in either branch, at any depth: %o', (operation) => {
    const deep: Operation = { case: 'txn', value: txn([], [], [operation]) };
    for (const one of [operation, deep, { case: 'txn', value: txn([], [deep]) } as const]) {
      expect(allows(permissions.txn(ada, txn([], [...allowed, one], allowed)))).toBe(false);
      expect(allows(permissions.txn(ada, txn([], allowed, [...allowed, one])))).toBe(false);
    }
  });

  test('is refused for a condition of a nested one', () => {
    const nested: Operation = { case: 'txn', value: txn(['w1'], []) };
    expect(allows(permissions.txn(ada, txn([], [nested])))).toBe(false);
  });
});

test('a lease is for those who may write, or read, all that goes with it', () => {
  expect(allows(permissions.lease(ada, 1n, 'write'))).toBe(true);
  expect(allows(permissions.lease(ada, 2n, 'write'))).toBe(false);
  expect(allows(permissions.lease(ada, 1n, 'read'))).toBe(false);
  expect(allows(permissions.lease(ada, 3n, 'read'))).toBe(true);
  expect(permissions.lease(undefined, 1n, 'write')).toEqual(etcd.etcdRefusals.userEmpty);
  expect(permissions.lease({ user: 'root', revision: users.revision }, 2n, 'write')).toBeUndefined();
});

test('what may not be done is not done when it is applied', () => {
  const revoke = etcd.LeaseRevokeRequest.encode({ id: 2n });
  const before = store.revision;
  expect(apply('put', etcd.PutRequest.encode(put('r1')), ada)).toEqual(etcd.etcdRefusals.permissionDenied);
  expect(apply('put', etcd.PutRequest.encode(put('w1')))).toEqual(etcd.etcdRefusals.userEmpty);
  expect(apply('lease-revoke', revoke, ada)).toEqual(etcd.etcdRefusals.permissionDenied);
  expect(apply('lease-revoke', revoke)).toEqual(etcd.etcdRefusals.userEmpty);
  expect(store.revision).toBe(before);
  expect(apply('put', etcd.PutRequest.encode(put('w1')), ada)).toBeUndefined();
  expect(store.revision).toBe(before + 1);
});

test('a lease whose time is over needs nobody to ask for its end', () => {
  expect(apply('lease-expire', etcd.LeaseRevokeRequest.encode({ id: 2n }))).toBeUndefined();
  expect(store.leases.get(2n)).toBeUndefined();
});

test('a stale auth revision is told apart from a missing permission', () => {
  const stale = { user: 'ada', revision: users.revision - 1 };
  expect(permissions.put(stale, put('w1'))).toEqual(etcd.etcdRefusals.authOldRevision);
});
