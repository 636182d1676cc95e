import { beforeEach, describe, expect, test } from 'vitest';
import * as etcd from '../etcd/index.ts';
import type { Call, UnaryMethod } from '../services/call.ts';
import { Headers } from '../services/headers.ts';
import { decodeCommand } from '../state/command.ts';
import type { Applied } from '../state/state-machine.ts';
import { Store } from '../state/store.ts';
import { AuthService } from './auth-service.ts';
import { Callers } from './callers.ts';
import { ScryptHashing } from './password-hashing.ts';
import { Tokens } from './tokens.ts';
import { UsersAndRoles } from './users-and-roles.ts';

const { etcdRefusals, EtcdError, PermissionType } = etcd;

/** What all members apply, and when each does. */
class Log {
  readonly commands: Uint8Array[] = [];
}

class CountingHashing extends ScryptHashing {
  checked = 0;

  override matches(password: string, hash: string | undefined, signal: AbortSignal): Promise<boolean> {
    this.checked++;
    return super.matches(password, hash, signal);
  }
}

/** A member that applies what was decided when it is asked to: at its own proposals and read barriers. */
class Member {
  readonly usersAndRoles = new UsersAndRoles();
  readonly passwords = new CountingHashing({ costLog2: 2 });
  readonly #log: Log;
  readonly #methods: ReadonlyMap<string, UnaryMethod<unknown, unknown>>;
  #applied = 0;
  barriers = 0;

  constructor(log: Log) {
    this.#log = log;
    const tokens = new Tokens(this.usersAndRoles, () => 1_000_000);
    const readBarrier = async (): Promise<void> => {
      this.barriers++;
      this.#catchUp();
    };
    const service = new AuthService({
      member: {
        propose: async (command) => {
          log.commands.push(command);
          return this.#catchUp()!;
        },
        readBarrier,
      },
      usersAndRoles: this.usersAndRoles,
      tokens,
      callers: new Callers(this.usersAndRoles, tokens, { byCertificate: true, readBarrier }),
      passwords: this.passwords,
      secret: (bytes) => new Uint8Array(bytes).fill(bytes),
      headers: new Headers({ id: '1', clusterId: '2' }, new Store()),
    });
    this.#methods = new Map(
      service.methods().map((method) => [method.path, method as unknown as UnaryMethod<unknown, unknown>]),
    );
  }

  get paths(): string[] {
    return [...this.#methods.keys()];
  }

  async call<Response>(name: string, request: object = {}, caller: Partial<Call> = {}): Promise<Response> {
    const method = this.#methods.get(`/etcdserverpb.Auth/${name}`)!;
    const call: Call = {
      token: undefined,
      certificateName: undefined,
      signal: new AbortController().signal,
      requiresLeader: false,
      session: undefined,
      ...caller,
    };
    const received = method.request.decode(method.request.encode(method.request.create(request)));
    const response = await method.handle(received, call);
    return method.response.decode(method.response.encode(response)) as Response;
  }

  async authenticate(name: string, password: string): Promise<string> {
    return (await this.call<etcd.AuthenticateResponse>('Authenticate', { name, password })).token;
  }

  #catchUp(): Applied | undefined {
    let last: Applied | undefined;
    while (this.#applied < this.#log.commands.length) {
      const { payload, auth } = decodeCommand(this.#log.commands[this.#applied++]!);
      last = this.usersAndRoles.apply(payload, 5, auth);
    }
    return last;
  }
}

let log: Log;
let one: Member;
let other: Member;

/** root and ada, who has a role of her name; authentication on. */
beforeEach(async () => {
  log = new Log();
  one = new Member(log);
  other = new Member(log);
  await one.call('UserAdd', { name: 'root', password: 'root secret' });
  await one.call('UserGrantRole', { user: 'root', role: 'root' });
  await one.call('UserAdd', { name: 'ada', password: 'ada secret' });
  await one.call('RoleAdd', { name: 'ada' });
  await one.call('UserGrantRole', { user: 'ada', role: 'ada' });
  await one.call('AuthEnable');
});

const refused = (refusal: { code: number; message: string }): unknown => expect.objectContaining(refusal);

test('there are the 17 methods of etcd', () => {
  expect(one.paths.map((path) => path.split('/')[2]).sort()).toEqual([
    'AuthDisable',
    'AuthEnable',
    'AuthStatus',
    'Authenticate',
    'RoleAdd',
    'RoleDelete',
    'RoleGet',
    'RoleGrantPermission',
    'RoleList',
    'RoleRevokePermission',
    'UserAdd',
    'UserChangePassword',
    'UserDelete',
    'UserGet',
    'UserGrantRole',
    'UserList',
    'UserRevokeRole',
  ]);
});

describe('a password', () => {
  test('gives a token that every member takes', async () => {
    const token = await one.authenticate('root', 'root secret');
    expect(await one.call('UserList', {}, { token })).toMatchObject({ users: ['ada', 'root'] });
    expect(await other.call('UserList', {}, { token })).toMatchObject({ users: ['ada', 'root'] });
    expect(await new Member(log).call('UserList', {}, { token })).toMatchObject({ users: ['ada', 'root'] });
  });

  test.each([
    ['ada', 'root secret'],
    ['ada', ''],
    ['nobody', 'ada secret'],
    ['', ''],
  ])('of %j that is %j is refused, without saying what is wrong', async (name, password) => {
    await expect(one.authenticate(name, password)).rejects.toEqual(refused(etcdRefusals.authFailed));
  });

  test('can be changed, which makes the tokens void', async () => {
    const root = await one.authenticate('root', 'root secret');
    const ada = await one.authenticate('ada', 'ada secret');
    await one.call('UserChangePassword', { name: 'ada', password: 'new' }, { token: root });
    await expect(one.call('UserGet', { name: 'ada' }, { token: ada })).rejects.toEqual(
      refused(etcdRefusals.invalidAuthToken),
    );
    await expect(one.authenticate('ada', 'ada secret')).rejects.toBeInstanceOf(EtcdError);
    expect(await one.authenticate('ada', 'new')).not.toBe('');
  });

  test('is nowhere in the log, nor in a snapshot', async () => {
    const token = await one.authenticate('root', 'root secret');
    await one.call('UserChangePassword', { name: 'ada', password: 'new secret' }, { token });
    const written = Buffer.concat([...log.commands, one.usersAndRoles.save()]);
    expect(written.includes('ada')).toBe(true);
    expect(written.includes('secret')).toBe(false);
    expect(written.includes(token)).toBe(false);
  });

  test('is hashed once for whoever asks: the time says nothing of which users there are', async () => {
    const token = await one.authenticate('root', 'root secret');
    await one.call('UserAdd', { name: 'bob', options: { noPassword: true } }, { token });
    for (const name of ['ada', 'bob', 'nobody', '']) {
      one.passwords.checked = 0;
      await expect(one.authenticate(name, 'guess')).rejects.toEqual(refused(etcdRefusals.authFailed));
      expect(one.passwords.checked).toBe(1);
    }
  });

  test('is not for a user without one', async () => {
    const token = await one.authenticate('root', 'root secret');
    await one.call('UserAdd', { name: 'bob', options: { noPassword: true } }, { token });
    await expect(one.authenticate('bob', '')).rejects.toEqual(refused(etcdRefusals.authFailed));
    expect(await one.call('UserGet', { name: 'bob' }, { certificateName: 'bob' })).toMatchObject({
      roles: [],
    });
  });

  test('is refused while authentication is off', async () => {
    const token = await one.authenticate('root', 'root secret');
    await one.call('AuthDisable', {}, { token });
    await expect(one.authenticate('root', 'root secret')).rejects.toEqual(
      refused(etcdRefusals.authNotEnabled),
    );
  });
});

describe('who calls', () => {
  test('is whom the token names, before the certificate', async () => {
    const token = await one.authenticate('ada', 'ada secret');
    const caller = { token, certificateName: 'root' };
    await expect(one.call('UserList', {}, caller)).rejects.toEqual(refused(etcdRefusals.permissionDenied));
    expect(await one.call('UserList', {}, { certificateName: 'root' })).toMatchObject({
      users: ['ada', 'root'],
    });
  });

  test('must be somebody', async () => {
    await expect(one.call('UserList')).rejects.toEqual(refused(etcdRefusals.userEmpty));
    await expect(one.call('UserList', {}, { token: 'made up' })).rejects.toEqual(
      refused(etcdRefusals.invalidAuthToken),
    );
  });

  test('does not matter while authentication is off', async () => {
    const token = await one.authenticate('root', 'root secret');
    await one.call('AuthDisable', {}, { token });
    expect(await one.call('UserList', {}, { token })).toMatchObject({ users: ['ada', 'root'] });
    expect(await one.call('UserList', {}, { token: 'made up' })).toMatchObject({ users: ['ada', 'root'] });
  });

  test('is asked of the log only when it may help: junk from outside writes nothing', async () => {
    const written = log.commands.length;
    await expect(one.call('UserAdd', { name: 'eve', password: 'x' })).rejects.toBeInstanceOf(EtcdError);
    await expect(one.call('AuthDisable', {}, { certificateName: 'eve' })).rejects.toBeInstanceOf(EtcdError);
    await expect(one.authenticate('eve', 'x')).rejects.toBeInstanceOf(EtcdError);
    expect(log.commands.length).toBe(written);
  });
});

describe('users and roles', () => {
  let token: string;
  beforeEach(async () => {
    token = await one.authenticate('root', 'root secret');
  });

  test('are seen by root, and by each user as far as it is concerned', async () => {
    await one.call('RoleAdd', { name: 'other' }, { token });
    const perm = { permType: PermissionType.READ, key: Buffer.from('a'), rangeEnd: Buffer.from('b') };
    await one.call('RoleGrantPermission', { name: 'ada', perm }, { token });
    const ada = { token: await one.authenticate('ada', 'ada secret') };
    expect(await other.call('UserGet', { name: 'ada' }, ada)).toMatchObject({ roles: ['ada'] });
    const { perm: seen } = await other.call<etcd.AuthRoleGetResponse>('RoleGet', { role: 'ada' }, ada);
    expect(seen.map(({ key, rangeEnd }) => `${key}-${rangeEnd}`)).toEqual(['97-98']);
    for (const [name, request] of [
      ['UserGet', { name: 'root' }],
      ['RoleGet', { role: 'other' }],
      ['UserList', {}],
      ['RoleList', {}],
      ['AuthStatus', {}],
      ['RoleAdd', { name: 'x' }],
    ] as const) {
      await expect(other.call(name, request, ada)).rejects.toEqual(refused(etcdRefusals.permissionDenied));
    }
    expect(await other.call('RoleList', {}, { token })).toMatchObject({ roles: ['ada', 'other'] });
    expect(await other.call('AuthStatus', {}, { token })).toMatchObject({ enabled: true });
  });

  test('that are not there are not found', async () => {
    await expect(one.call('UserGet', { name: 'bob' }, { token })).rejects.toEqual(
      refused(etcdRefusals.userNotFound),
    );
    await expect(one.call('RoleGet', { role: 'bob' }, { token })).rejects.toEqual(
      refused(etcdRefusals.roleNotFound),
    );
    await expect(one.call('UserDelete', { name: 'bob' }, { token })).rejects.toEqual(
      refused(etcdRefusals.userNotFound),
    );
  });

  test('changed elsewhere count here once this member hears of it', async () => {
    await one.call('UserGrantRole', { user: 'ada', role: 'root' }, { token });
    const ada = { token: await one.authenticate('ada', 'ada secret') };
    expect(await other.call('RoleAdd', { name: 'x' }, ada)).toMatchObject({ header: { revision: 5 } });
  });
});
