import { beforeEach, describe, expect, test } from 'vitest';
import * as etcd from '../etcd/index.ts';
import type { CommandAuth } from '../state/command.ts';
import { type AuthChange, AuthCommand } from './auth-command.ts';
import { RequestPermissions } from './request-permissions.ts';
import { UsersAndRoles } from './users-and-roles.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const { READ, WRITE, READWRITE } = etcd.PermissionType;

let users: UsersAndRoles;
let permissions: RequestPermissions;
let ada: CommandAuth;
const leases = new Map<bigint, string[]>();

/** ada may read `r*`, write `w*`, and do both with `b*`. */
beforeEach(() => {
  users = new UsersAndRoles();
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
  for (const change of changes) users.apply(AuthCommand.encode({ change }), 1, undefined);
  ada = { user: 'ada', revision: users.revision };
  permissions = new RequestPermissions(users, (lease) => (leases.get(lease) ?? []).map(bytes));
  leases.clear();
  leases.set(1n, ['w1', 'b1']);
  leases.set(2n, ['w1', 'r1']);
  leases.set(3n, []);
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

test('a stale auth revision is told apart from a missing permission', () => {
  const stale = { user: 'ada', revision: users.revision - 1 };
  expect(permissions.put(stale, put('w1'))).toEqual(etcd.etcdRefusals.authOldRevision);
});
