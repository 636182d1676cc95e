import fc from 'fast-check';
import * as etcd from '../../src/etcd/index.ts';
import type { CallName } from './raw-client.ts';

/** A call as plain data, so that what a failing case printed can be run again. */
export interface Step {
  readonly call: CallName;
  /** Whose token goes with it, if that user has got one. */
  readonly as?: string | undefined;
  /** Fields of the request. `{ sinceStart: n }` stands for the n-th revision of the case. */
  readonly fields: object;
}

const text = (value: string): Buffer => Buffer.from(value, 'latin1');
const step = (call: CallName, as: string | undefined, fields: object): Step => ({ call, as, fields });

const key = fc.constantFrom('a', 'a/1', 'a/2', 'b', 'c', '\xff').map(text);
const anyKey = fc.oneof({ weight: 9, arbitrary: key }, { weight: 1, arbitrary: fc.constant(text('')) });
const rangeEnd = fc.constantFrom('', '', '', '\0', 'a0', 'b', 'c', 'd').map(text);
const value = fc.constantFrom('', 'x', 'y', 'z').map(text);
const lease = fc.constantFrom(0n, 0n, 0n, 71n, 72n);
const revision = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }).map((sinceStart) => ({ sinceStart })) },
);

const rangeFields = fc.record({
  key: anyKey,
  rangeEnd,
  limit: fc.constantFrom(0, 0, 1, 2),
  revision,
  sortOrder: fc.constantFrom(...Object.values(etcd.SortOrder)),
  sortTarget: fc.constantFrom(...Object.values(etcd.SortTarget)),
  keysOnly: fc.boolean(),
  countOnly: fc.constantFrom(false, false, true),
  minModRevision: fc.oneof(fc.constant(0), fc.constant(0), revision),
  maxModRevision: fc.oneof(fc.constant(0), fc.constant(0), revision),
  minCreateRevision: fc.oneof(fc.constant(0), fc.constant(0), revision),
  maxCreateRevision: fc.oneof(fc.constant(0), fc.constant(0), revision),
});
const putFields = fc.record({
  key: anyKey,
  value,
  lease,
  prevKv: fc.boolean(),
  ignoreValue: fc.constantFrom(false, false, false, true),
  ignoreLease: fc.constantFrom(false, false, false, true),
});
const deleteFields = fc.record({ key: anyKey, rangeEnd, prevKv: fc.boolean() });
/** etcd takes a range without an end for an empty one when it looks for keys that a transaction changes twice. */
const deleteFieldsInTxn = deleteFields.filter((fields) => !fields.rangeEnd.equals(text('\0')));

const compare = fc.record({
  key: anyKey,
  rangeEnd: fc.oneof({ weight: 3, arbitrary: fc.constant(text('')) }, { weight: 1, arbitrary: rangeEnd }),
  result: fc.constantFrom(...Object.values(etcd.CompareResult)),
});
const version = fc.integer({ min: 0, max: 3 });
const anyCompare = fc.oneof(
  fc.tuple(compare, version).map(([rest, n]) => ({
    ...rest,
    target: etcd.CompareTarget.VERSION,
    targetUnion: { case: 'version', value: n },
  })),
  fc.tuple(compare, revision).map(([rest, n]) => ({
    ...rest,
    target: etcd.CompareTarget.CREATE,
    targetUnion: { case: 'createRevision', value: n },
  })),
  fc.tuple(compare, revision).map(([rest, n]) => ({
    ...rest,
    target: etcd.CompareTarget.MOD,
    targetUnion: { case: 'modRevision', value: n },
  })),
  fc.tuple(compare, value).map(([rest, bytes]) => ({
    ...rest,
    target: etcd.CompareTarget.VALUE,
    targetUnion: { case: 'value', value: bytes },
  })),
  fc.tuple(compare, lease).map(([rest, id]) => ({
    ...rest,
    target: etcd.CompareTarget.LEASE,
    targetUnion: { case: 'lease', value: id },
  })),
);

const operation = (name: string, message: object): object => ({ request: { case: name, value: message } });
const putOperation = (fields: object): object => operation('put', etcd.PutRequest.create(fields));
const rangeOperation = (fields: object): object => operation('range', etcd.RangeRequest.create(fields));
const deleteOperation = (fields: object): object =>
  operation('deleteRange', etcd.DeleteRangeRequest.create(fields));

/** Transactions with others within, to a depth. */
function txnFields(depth: number): fc.Arbitrary<object> {
  const put = putFields.map(putOperation);
  const range = rangeFields.map(rangeOperation);
  const remove = deleteFieldsInTxn.map(deleteOperation);
  const nested = depth > 0 ? [txnFields(depth - 1).map((fields) => operation('txn', fields))] : [];
  const operations = fc.array(fc.oneof(put, range, remove, ...nested), { maxLength: 3 });
  return fc.record({
    compare: fc.array(anyCompare, { maxLength: 2 }),
    success: operations,
    failure: operations,
  });
}

/** Keys, transactions, compactions and leases, without authentication. */
export const keySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: putFields.map((fields) => step('put', undefined, fields)) },
    { weight: 3, arbitrary: rangeFields.map((fields) => step('range', undefined, fields)) },
    { weight: 2, arbitrary: deleteFields.map((fields) => step('deleteRange', undefined, fields)) },
    { weight: 4, arbitrary: txnFields(2).map((fields) => step('txn', undefined, fields)) },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 1, max: 8 })
        .map((sinceStart) => step('compact', undefined, { revision: { sinceStart } })),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({ id: fc.constantFrom(71n, 72n), ttl: fc.constantFrom(1000, 2000, 9_000_000_001) })
        .map((fields) => step('leaseGrant', undefined, fields)),
    },
    { weight: 1, arbitrary: lease.map((id) => step('leaseRevoke', undefined, { id })) },
    {
      weight: 1,
      arbitrary: fc
        .record({ id: lease, keys: fc.boolean() })
        .map((fields) => step('leaseTimeToLive', undefined, fields)),
    },
    { weight: 1, arbitrary: fc.constant(step('leaseLeases', undefined, {})) },
  ),
  { minLength: 1, maxLength: 12 },
);

const userName = fc.constantFrom('root', 'ada', 'bob');
const someName = fc.oneof(
  { weight: 9, arbitrary: userName },
  { weight: 1, arbitrary: fc.constantFrom('', 'nobody') },
);
const roleName = fc.constantFrom('root', 'r1', 'r2');
const someRole = fc.oneof(
  { weight: 9, arbitrary: roleName },
  { weight: 1, arbitrary: fc.constantFrom('', 'none') },
);
const caller = fc.constantFrom('root', 'root', 'ada', 'ada', 'ada', 'bob', undefined);
/** One range a key: etcd overlooks that a range is granted already where its key has another one, too. */
const grantedRange = fc
  .constantFrom(['a', ''], ['a/1', 'a0'], ['b', 'c'], ['c', '\0'], ['\xff', ''])
  .map(([from, end]) => ({ key: text(from!), rangeEnd: text(end!) }));

/** All that any user ever has. */
export const passwords = ['pw', 'other'] as const;

const authStep: fc.Arbitrary<Step> = caller.chain((as) =>
  fc.oneof(
    fc
      .record({ name: someName, password: fc.constantFrom(...passwords) })
      .map((fields) => step('userAdd', as, fields)),
    someName.map((name) => step('userGet', as, { name })),
    fc.constant(step('userList', as, {})),
    someName.map((name) => step('userDelete', as, { name })),
    someName.map((name) => step('userChangePassword', as, { name, password: 'pw' })),
    fc.record({ user: someName, role: someRole }).map((fields) => step('userGrantRole', as, fields)),
    fc.record({ name: someName, role: someRole }).map((fields) => step('userRevokeRole', as, fields)),
    someRole.map((name) => step('roleAdd', as, { name })),
    someRole.map((role) => step('roleGet', as, { role })),
    fc.constant(step('roleList', as, {})),
    someRole.map((role) => step('roleDelete', as, { role })),
    fc
      .record({ name: someRole, range: grantedRange, permType: fc.constantFrom(0, 1, 2) })
      .map(({ name, range, permType }) =>
        step('roleGrantPermission', as, { name, perm: { ...range, permType } }),
      ),
    fc
      .record({ role: someRole, range: grantedRange })
      .map(({ role, range }) => step('roleRevokePermission', as, { role, ...range })),
    fc.constant(step('authEnable', as, {})),
    fc.constant(step('authDisable', as, {})),
  ),
);

const plainOperation = fc.oneof(
  fc.record({ key, value }).map(putOperation),
  fc.record({ key, rangeEnd }).map(rangeOperation),
  deleteFieldsInTxn.map(({ key, rangeEnd }) => deleteOperation({ key, rangeEnd })),
);
/** Requests whose permissions Debian's etcd checks in full: it overlooks nested transactions, and more within them. */
const guardedStep: fc.Arbitrary<Step> = caller.chain((as) =>
  fc.oneof(
    fc.record({ key, value, prevKv: fc.boolean() }).map((fields) => step('put', as, fields)),
    fc.oneof(grantedRange, fc.record({ key, rangeEnd })).map((fields) => step('range', as, fields)),
    fc.record({ key, rangeEnd, prevKv: fc.boolean() }).map((fields) => step('deleteRange', as, fields)),
    fc
      .record({
        compare: fc.array(
          anyCompare.filter(({ key: bytes }) => bytes.length > 0),
          { maxLength: 1 },
        ),
        success: fc.array(plainOperation, { maxLength: 2 }),
        failure: fc.array(plainOperation, { maxLength: 2 }),
      })
      .map((fields) => step('txn', as, fields)),
  ),
);

const authenticate = fc
  .record({ name: someName, password: fc.constantFrom('pw', 'pw', 'pw', 'other') })
  .map((fields) => step('authenticate', undefined, fields));

/** What makes authentication worth switching on: root, and two users with roles. */
const beginning: readonly Step[] = [
  step('userAdd', undefined, { name: 'root', password: 'pw' }),
  step('userGrantRole', undefined, { user: 'root', role: 'root' }),
  step('userAdd', undefined, { name: 'ada', password: 'pw' }),
  step('roleAdd', undefined, { name: 'r1' }),
  ...[
    { permType: etcd.PermissionType.READWRITE, key: text('a/1'), rangeEnd: text('a0') },
    { permType: etcd.PermissionType.WRITE, key: text('b'), rangeEnd: text('c') },
    { permType: etcd.PermissionType.READ, key: text('c'), rangeEnd: text('\0') },
  ].map((perm) => step('roleGrantPermission', undefined, { name: 'r1', perm })),
  step('userGrantRole', undefined, { user: 'ada', role: 'r1' }),
  step('authEnable', undefined, {}),
  step('authenticate', undefined, { name: 'root', password: 'pw' }),
  step('authenticate', undefined, { name: 'ada', password: 'pw' }),
];

/** What the steps have left. */
const ending: readonly Step[] = [
  ...['root', 'ada', 'bob'].map((name) => step('userGet', 'root', { name })),
  ...['root', 'r1', 'r2'].map((role) => step('roleGet', 'root', { role })),
];

/** Users, roles and permissions, and requests of users for keys. */
export const authSteps: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.constantFrom(0, beginning.length, beginning.length, beginning.length),
    fc.array(
      fc.oneof(
        { weight: 5, arbitrary: authStep },
        { weight: 5, arbitrary: guardedStep },
        { weight: 1, arbitrary: authenticate },
      ),
      { minLength: 1, maxLength: 25 },
    ),
  )
  .map(([begun, steps]) => [...beginning.slice(0, begun), ...steps, ...ending]);

/** 71 in hexadecimal, as it stands in the keys of its locks and elections. */
const place = fc.constantFrom('47', '47', '47', '48').map((id) => text(`q/${id}`));
const leaderKey = fc.record({
  name: fc.constant(text('q')),
  key: place,
  rev: fc.integer({ min: 1, max: 6 }).map((sinceStart) => ({ sinceStart })),
  lease: fc.constant(71n),
});

/** Locks and elections of one lease, which never wait. */
export const queueSteps: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      fc.constant(step('lock', undefined, { name: text('q'), lease: 71n })),
      place.map((bytes) => step('unlock', undefined, { key: bytes })),
      value.map((bytes) => step('campaign', undefined, { name: text('q'), lease: 71n, value: bytes })),
      fc
        .record({ leader: fc.option(leaderKey, { nil: undefined, freq: 8 }), value })
        .map((fields) => step('proclaim', undefined, fields)),
      leaderKey.map((leader) => step('resign', undefined, { leader })),
      fc.constant(step('leader', undefined, { name: text('q') })),
      fc.constant(step('leaseRevoke', undefined, { id: 71n })),
      fc.constant(step('leaseGrant', undefined, { id: 71n, ttl: 1000 })),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((steps) => [step('leaseGrant', undefined, { id: 71n, ttl: 1000 }), ...steps]);
