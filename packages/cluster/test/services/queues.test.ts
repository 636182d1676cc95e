import { ManualWorld } from '@holdfast/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { ScryptHashing } from '../../src/auth/password-hashing.ts';
import { UsersAndRoles } from '../../src/auth/users-and-roles.ts';
import * as etcd from '../../src/etcd/index.ts';
import type { Call } from '../../src/services/call.ts';
import { memberServices } from '../../src/services/member-services.ts';
import { Store } from '../../src/state/store.ts';
import { LocalCalls } from './local-calls.ts';
import { LoneMember } from './lone-member.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (value: Uint8Array | undefined): string => Buffer.from(value ?? []).toString();

let world: ManualWorld;
let calls: LocalCalls;

beforeEach(async () => {
  world = new ManualWorld();
  const usersAndRoles = new UsersAndRoles();
  const store = new Store({ auth: usersAndRoles });
  const member = new LoneMember(store, world);
  const passwords = new ScryptHashing({ costLog2: 2, parallelization: 1 });
  calls = new LocalCalls(memberServices({ member, store, usersAndRoles, world, passwords }));
  for (const id of [1n, 2n, 3n]) await calls.unary('/etcdserverpb.Lease/LeaseGrant', { id, ttl: 600 });
});

const lock = (lease: bigint, caller?: Partial<Call>): Promise<etcd.LockResponse> =>
  calls.unary<etcd.LockRequest, etcd.LockResponse>(
    '/v3lockpb.Lock/Lock',
    { name: bytes('l'), lease },
    caller,
  );
const unlock = (key: Uint8Array): Promise<unknown> => calls.unary('/v3lockpb.Lock/Unlock', { key });
const revoke = (id: bigint): Promise<unknown> => calls.unary('/etcdserverpb.Lease/LeaseRevoke', { id });
const campaign = (lease: bigint, value: string, caller?: Partial<Call>): Promise<etcd.CampaignResponse> =>
  calls.unary<etcd.CampaignRequest, etcd.CampaignResponse>(
    '/v3electionpb.Election/Campaign',
    { name: bytes('e'), lease, value: bytes(value) },
    caller,
  );
const resign = (leader: etcd.LeaderKey | undefined): Promise<unknown> =>
  calls.unary('/v3electionpb.Election/Resign', { leader });
const proclaim = (leader: etcd.LeaderKey | undefined, value: string): Promise<unknown> =>
  calls.unary('/v3electionpb.Election/Proclaim', { leader, value: bytes(value) });
const leader = async (): Promise<string> => {
  const { kv } = await calls.unary<etcd.LeaderRequest, etcd.LeaderResponse>('/v3electionpb.Election/Leader', {
    name: bytes('e'),
  });
  return text(kv?.value);
};
async function keys(prefix: string, caller?: Partial<Call>): Promise<string[]> {
  const range = { key: bytes(prefix), rangeEnd: bytes(`${prefix}z`) };
  const { kvs } = await calls.unary<etcd.RangeRequest, etcd.RangeResponse>(
    '/etcdserverpb.KV/Range',
    range,
    caller,
  );
  return kvs.map(({ key }) => text(key));
}

/** Whatever can happen without another call has happened. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};
/** Notes in `order` when it is through. */
const noting = (order: string[], name: string, waited: Promise<unknown>): void => {
  waited.then(
    () => order.push(name),
    (error: unknown) => order.push(`${name}: ${(error as Error).message}`),
  );
};

describe('a lock', () => {
  test('is held by one at a time, in the order in which they came', async () => {
    const { key } = await lock(1n);
    expect(text(key)).toBe('l/1');
    const order: string[] = [];
    noting(order, 'second', lock(2n));
    await settled();
    noting(order, 'third', lock(3n));
    await settled();
    expect(order).toEqual([]);
    expect(await keys('l/')).toEqual(['l/1', 'l/2', 'l/3']);
    await unlock(key);
    await settled();
    expect(order).toEqual(['second']);
    await unlock(bytes('l/2'));
    await settled();
    expect(order).toEqual(['second', 'third']);
  });

  test('is the same lock for the same lease', async () => {
    const first = await lock(1n);
    expect(text((await lock(1n)).key)).toBe(text(first.key));
    expect(await keys('l/')).toEqual(['l/1']);
  });

  test('goes on when the lease of its holder ends', async () => {
    await lock(1n);
    const order: string[] = [];
    noting(order, 'second', lock(2n));
    await settled();
    await revoke(1n);
    await settled();
    expect(order).toEqual(['second']);
  });

  test('is not for a waiter whose own lease has ended', async () => {
    await lock(1n);
    const order: string[] = [];
    noting(order, 'second', lock(2n));
    noting(order, 'third', lock(3n));
    await settled();
    await revoke(2n);
    await settled();
    expect(order).toEqual(['second: mutex: session is expired']);
    await unlock(bytes('l/1'));
    await settled();
    expect(order).toEqual(['second: mutex: session is expired', 'third']);
  });

  test('forgets a waiter who gives up', async () => {
    await lock(1n);
    const order: string[] = [];
    const impatient = new AbortController();
    noting(
      order,
      'second',
      lock(2n, { signal: impatient.signal }).catch(() => {}),
    );
    await settled();
    noting(order, 'third', lock(3n));
    await settled();
    impatient.abort();
    await settled();
    expect(order).toEqual(['second']);
    expect(await keys('l/')).toEqual(['l/1', 'l/3']);
    await unlock(bytes('l/1'));
    await settled();
    expect(order).toEqual(['second', 'third']);
  });

  test('stays with who has asked again with the same lease, however late the first call is given up', async () => {
    await lock(1n);
    const order: string[] = [];
    const cutOff = new AbortController();
    lock(2n, { signal: cutOff.signal }).catch(() => {});
    await settled();
    noting(order, 'third', lock(3n));
    await settled();
    await unlock(bytes('l/1'));
    const again = lock(2n);
    cutOff.abort();
    expect(text((await again).key)).toBe('l/2');
    await settled();
    expect(await keys('l/')).toEqual(['l/2', 'l/3']);
    expect(order).toEqual([]);
  });

  test('keeps the place of a lease that another call still waits with', async () => {
    await lock(1n);
    const order: string[] = [];
    noting(order, 'second', lock(2n));
    await settled();
    const impatient = new AbortController();
    noting(
      order,
      'second again',
      lock(2n, { signal: impatient.signal }).catch(() => {}),
    );
    await settled();
    impatient.abort();
    await settled();
    await unlock(bytes('l/1'));
    await settled();
    expect(order).toEqual(['second again', 'second']);
  });

  test('without a lease gets one of a minute', async () => {
    const { key } = await lock(0n);
    expect(text(key)).toMatch(/^l\/[0-9a-f]+$/);
    const { leases } = await calls.unary<object, etcd.LeaseLeasesResponse>(
      '/etcdserverpb.Lease/LeaseLeases',
      {},
    );
    expect(leases).toHaveLength(4);
  });

  test('with a lease that is not there is refused, by the code that etcd gives', async () => {
    await expect(lock(9n)).rejects.toMatchObject({
      code: etcd.GrpcCode.Unknown,
      message: 'etcdserver: requested lease not found',
    });
  });
});

describe('an election', () => {
  test('has one leader at a time, who says what it wants', async () => {
    await expect(leader()).rejects.toMatchObject({ message: 'election: no leader' });
    const first = await campaign(1n, 'ada');
    expect(first.leader).toMatchObject({ lease: 1n, rev: first.header!.revision });
    expect(await leader()).toBe('ada');
    const order: string[] = [];
    const second = campaign(2n, 'bob');
    noting(order, 'second', second);
    await settled();
    await proclaim(first.leader, 'ada again');
    expect(await leader()).toBe('ada again');
    expect(order).toEqual([]);
    await resign(first.leader);
    await settled();
    expect(order).toEqual(['second']);
    expect(await leader()).toBe('bob');
    await expect(proclaim(first.leader, 'too late')).rejects.toMatchObject({
      message: 'election: not leader',
    });
    await resign(first.leader);
    expect(await leader()).toBe('bob');
  });

  test('takes a new value from who campaigns again', async () => {
    await campaign(1n, 'ada');
    await campaign(1n, 'other');
    expect(await leader()).toBe('other');
  });

  test('asks for the key of a leader', async () => {
    const refusal = { code: etcd.GrpcCode.Unknown, message: '"leader" field must be provided' };
    await expect(proclaim(undefined, 'x')).rejects.toMatchObject(refusal);
    await expect(resign(undefined)).rejects.toMatchObject(refusal);
  });

  test('can be observed from before its first leader on', async () => {
    const seen: string[] = [];
    const end = new AbortController();
    const observed = calls.stream<etcd.LeaderRequest, etcd.LeaderResponse>(
      '/v3electionpb.Election/Observe',
      { name: bytes('e') },
      end.signal,
      ({ kv }) => seen.push(text(kv?.value)),
    );
    observed.catch(() => {});
    await settled();
    const first = await campaign(1n, 'ada');
    await settled();
    await proclaim(first.leader, 'ada again');
    const second = campaign(2n, 'bob');
    await settled();
    await revoke(1n);
    await second;
    await settled();
    expect(seen).toEqual(['ada', 'ada again', 'bob']);
    end.abort();
    await expect(observed).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('forgets a candidate who gives up', async () => {
    await campaign(1n, 'ada');
    const impatient = new AbortController();
    const second = campaign(2n, 'bob', { signal: impatient.signal });
    second.catch(() => {});
    await settled();
    impatient.abort();
    await expect(second).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await keys('e/')).toEqual(['e/1']);
  });
});

describe('with authentication', () => {
  const auth = <Response>(method: string, fields: object, token?: string): Promise<Response> =>
    calls.unary(`/etcdserverpb.Auth/${method}`, fields, { token });
  const authenticate = async (name: string): Promise<string> =>
    (await auth<etcd.AuthenticateResponse>('Authenticate', { name, password: 'pw' })).token;

  /** ada may use the locks whose names begin with l. */
  beforeEach(async () => {
    await auth('UserAdd', { name: 'root', password: 'pw' });
    await auth('UserGrantRole', { user: 'root', role: 'root' });
    await auth('UserAdd', { name: 'ada', password: 'pw' });
    await auth('RoleAdd', { name: 'locks' });
    const perm = { permType: etcd.PermissionType.READWRITE, key: bytes('l'), rangeEnd: bytes('m') };
    await auth('RoleGrantPermission', { name: 'locks', perm });
    await auth('UserGrantRole', { user: 'ada', role: 'locks' });
    await auth('AuthEnable', {});
  });

  test('whose lock it is to take is a matter of the keys', async () => {
    const token = await authenticate('ada');
    expect(text((await lock(1n, { token })).key)).toBe('l/1');
    await expect(campaign(1n, 'ada', { token })).rejects.toMatchObject({
      message: 'etcdserver: permission denied',
    });
    await expect(lock(2n)).rejects.toMatchObject({ message: 'etcdserver: user name is empty' });
  });

  test('the place of a waiter who gives up is free, too', async () => {
    const token = await authenticate('ada');
    await lock(1n, { token });
    const impatient = new AbortController();
    const waiting = lock(2n, { token, signal: impatient.signal });
    waiting.catch(() => {});
    await settled();
    impatient.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await keys('l/', { token })).toEqual(['l/1']);
  });

  test('a wait may take longer than its token lives', async () => {
    const token = await authenticate('ada');
    await lock(1n, { token });
    const order: string[] = [];
    const waiting = lock(2n, { token });
    noting(order, 'second', waiting);
    await settled();
    await world.advance('10m');
    await expect(lock(3n, { token })).rejects.toMatchObject({ message: 'etcdserver: invalid auth token' });
    await calls.unary('/v3lockpb.Lock/Unlock', { key: bytes('l/1') }, { token: await authenticate('ada') });
    await settled();
    expect(order).toEqual(['second']);
  });
});
