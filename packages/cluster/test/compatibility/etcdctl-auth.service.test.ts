import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { TestCertificates } from '@holdfast/runtime/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { etcdctl, type Outcome } from '../services/etcdctl.ts';
import { ThreeNodes } from './three-nodes.ts';

// What Debian's etcdctl does for locks, elections, users and roles, on three real nodes over TLS that ask for client
// certificates.

// A machine with more to do takes its time to hash passwords and to start programs.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const certificates = new TestCertificates();
let nodes: ThreeNodes;

beforeAll(async () => {
  nodes = await ThreeNodes.start(certificates.make('server'), true);
});
afterAll(async () => {
  await nodes?.stop();
  certificates.remove();
});

/** The arguments with which someone whose certificate has this name connects. */
function shows(name: string): string[] {
  const { certFile, keyFile, caFile } = certificates.make(name);
  // It asks for a token while it dials, and gives that 2 s.
  return ['--dial-timeout', '20s', '--cacert', caFile, '--cert', certFile, '--key', keyFile];
}

/** Runs etcdctl on any of the nodes, and expects it to succeed. */
async function run(...args: string[]): Promise<string> {
  const { code, out, error } = await attempt(...args);
  expect(error).toBe('');
  expect(code).toBe(0);
  return out;
}

let turn = 0;
const attempt = (...args: string[]): Promise<Outcome> =>
  etcdctl(nodes.urls[turn++ % nodes.urls.length]!, [...nobody, ...args]);
/** Of a certificate that names no user. */
let nobody: string[];
beforeAll(() => {
  nobody = shows('some-machine');
});

test('a lock is held while a command runs, and by one command at a time', async () => {
  const script = 'echo begin; sleep 0.3; echo end';
  const runs = await Promise.all(
    [1, 2, 3].map(() =>
      attempt('lock', 'resource', '--', 'sh', '-c', `(${script}) >> ${certificates.folder}/log`),
    ),
  );
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
  const log = await readFile(`${certificates.folder}/log`, 'utf8');
  expect(log.trim().split('\n')).toEqual(['begin', 'end', 'begin', 'end', 'begin', 'end']);
});

test('an election has one leader, whom others see', async () => {
  const observer = goOn('elect', '--listen', 'leadership');
  const ada = goOn('elect', 'leadership', 'ada');
  await expect.poll(ada.lines, patience).toEqual([expect.stringMatching(/^leadership\//), 'ada']);
  const bob = goOn('elect', 'leadership', 'bob');
  await expect.poll(() => keys('leadership/'), patience).toHaveLength(2);
  expect(bob.lines()).toEqual([]);
  // Who listens hears of the leader at that time, and of all after it.
  const observed = (): string[] => observer.lines().filter((line) => !line.includes('/'));
  await expect.poll(observed, patience).toEqual(['ada']);
  await ada.end();
  await expect.poll(bob.lines, patience).toEqual([expect.stringMatching(/^leadership\//), 'bob']);
  await expect.poll(observed, patience).toEqual(['ada', 'bob']);
  await Promise.all([bob.end(), observer.end()]);
  expect(await keys('leadership/')).toEqual([]);
});

describe('users and roles', () => {
  test('are made, granted, listed and taken away', async () => {
    await run('user', 'add', 'root:root secret');
    await run('user', 'grant-role', 'root', 'root');
    await run('user', 'add', 'ada:ada secret');
    await run('user', 'add', 'some-service', '--no-password');
    await run('role', 'add', 'keeper');
    await run('role', 'grant-permission', 'keeper', 'readwrite', 'a/', '--prefix');
    await run('role', 'grant-permission', 'keeper', 'read', 'from', '--from-key');
    await run('role', 'grant-permission', 'keeper', 'write', 'one');
    await run('user', 'grant-role', 'ada', 'keeper');
    await run('user', 'grant-role', 'some-service', 'keeper');
    expect(await run('user', 'list')).toBe('ada\nroot\nsome-service\n');
    expect(await run('role', 'list')).toBe('keeper\n');
    expect(await run('user', 'get', 'ada')).toBe('User: ada\nRoles: keeper\n');
    expect(await run('role', 'get', 'keeper')).toBe(
      'Role keeper\nKV Read:\n\t[a/, a0) (prefix a/)\n\t[from, <open ended>\nKV Write:\n\t[a/, a0) (prefix a/)\n\tone\n',
    );
    await run('role', 'revoke-permission', 'keeper', 'one');
    expect((await attempt('role', 'revoke-permission', 'keeper', 'one')).error).toContain(
      'etcdserver: permission is not granted to the role',
    );
    expect((await attempt('user', 'add', 'ada:again')).error).toContain(
      'etcdserver: user name already exists',
    );
    await run('auth', 'enable');
  });

  test('let in who says a password, as far as the roles reach', async () => {
    await run('--user', 'ada:ada secret', 'put', 'a/1', 'one');
    expect(await run('--user', 'ada:ada secret', 'get', '--prefix', 'a/')).toBe('a/1\none\n');
    expect((await attempt('--user', 'ada:ada secret', 'get', '--prefix', 'b')).error).toContain(
      'etcdserver: permission denied',
    );
    expect((await attempt('--user', 'ada:guess', 'get', 'a/1')).error).toContain(
      'etcdserver: authentication failed, invalid user ID or password',
    );
    expect((await attempt('--user', 'ada:ada secret', 'user', 'list')).error).toContain('permission denied');
    expect(await run('--user', 'ada:ada secret', 'user', 'get', 'ada')).toContain('keeper');
  });

  test('let in who shows a certificate with the name of a user', async () => {
    const url = nodes.urls[0]!;
    const service = shows('some-service');
    expect((await etcdctl(url, [...service, 'put', 'a/2', 'two'])).out).toBe('OK\n');
    expect((await etcdctl(url, [...service, 'get', 'b'])).error).toContain('etcdserver: permission denied');
    expect((await attempt('get', 'a/1')).error).toContain('etcdserver: permission denied');
    expect((await attempt('--user', 'some-service:any', 'get', 'a/1')).error).toContain(
      'authentication failed',
    );
  });

  test('guard locks by their keys', async () => {
    const ran = await attempt('--user', 'ada:ada secret', 'lock', 'a/lock', '--', 'echo', 'held');
    expect(ran.out).toContain('held');
    const refused = await attempt('--user', 'ada:ada secret', 'lock', 'other', '--', 'echo', 'held');
    expect(refused.error).toContain('permission denied');
  });

  test('have their passwords changed, and go', async () => {
    const asRoot = ['--user', 'root:root secret'];
    const changed = await etcdctl(
      nodes.urls[0]!,
      [...nobody, ...asRoot, 'user', 'passwd', 'ada', '--interactive=false'],
      {
        input: 'new-secret\n',
      },
    );
    expect(changed.out).toBe('Password updated\n');
    expect((await attempt('--user', 'ada:ada secret', 'get', 'a/1')).error).toContain(
      'authentication failed',
    );
    expect(await run('--user', 'ada:new-secret', 'get', 'a/1')).toBe('a/1\none\n');
    expect((await attempt(...asRoot, 'user', 'delete', 'root')).error).toContain('invalid auth management');
    await run(...asRoot, 'user', 'delete', 'ada');
    await run(...asRoot, 'role', 'delete', 'keeper');
    expect(await run(...asRoot, 'user', 'get', 'some-service')).toBe('User: some-service\nRoles:\n');
    await run(...asRoot, 'auth', 'disable');
    expect(await run('get', 'a/1')).toBe('a/1\none\n');
  });

  test('nobody comes in without a certificate where one is asked for', async () => {
    const { code, error } = await etcdctl(nodes.urls[0]!, [
      '--cacert',
      certificates.caFile,
      '--command-timeout',
      '3s',
      'get',
      'a/1',
    ]);
    expect(code).not.toBe(0);
    expect(error).not.toBe('');
  });
});

const patience = { timeout: 20_000 };

async function keys(prefix: string): Promise<string[]> {
  const out = await run('get', '--prefix', prefix, '--keys-only');
  return out.split('\n').filter((line) => line !== '');
}

/** Runs etcdctl for what goes on until it is told to end. */
function goOn(...args: string[]): { readonly lines: () => string[]; readonly end: () => Promise<void> } {
  const program = process.env['HOLDFAST_ETCDCTL_PROGRAM'] ?? 'etcdctl';
  const child = spawn(program, ['--endpoints', nodes.urls[turn++ % 3]!, ...nobody, ...args], {
    env: { ...process.env, ETCDCTL_API: '3' },
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  return {
    lines: () => out.split('\n').filter((line) => line !== ''),
    end: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}
