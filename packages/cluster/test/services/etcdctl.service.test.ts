import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestCertificates } from '@holdfast/runtime/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AlarmAction, AlarmRequest, AlarmType } from '../../src/etcd/index.ts';
import type { Call } from '../../src/services/call.ts';
import { encodeCommand } from '../../src/state/command.ts';
import { type EtcdctlOptions, etcdctl, type Outcome } from './etcdctl.ts';
import { type ServedMember, serveMembers } from './serve-member.ts';

const etcd = process.env['HOLDFAST_ETCD_URL'] ?? 'http://127.0.0.1:2379';
let ours: ServedMember;

beforeAll(async () => {
  [ours] = (await serveMembers(1)) as [ServedMember];
});
afterAll(() => ours.close());

/** Names for ids in the order in which they turn up, so that those of two servers compare. */
class Names {
  readonly #leases = new Map<string, string>();

  hide({ code, out, error }: Outcome): Outcome {
    return { code, out: this.#hide(out), error: this.#hide(error) };
  }

  /** The lease that was granted last. */
  get lease(): string {
    return [...this.#leases.keys()].at(-1) ?? '';
  }

  #hide(text: string): string {
    return text
      .replace(/\b[0-9a-f]{15,16}\b/g, (id) => {
        if (!this.#leases.has(id)) this.#leases.set(id, `<lease ${this.#leases.size}>`);
        return this.#leases.get(id)!;
      })
      .replace(/"(cluster_id|member_id|raft_term|ID)":\d+/g, '"$1":0')
      .replace(/"(ClusterID|MemberID|RaftTerm)" : \d+/g, '"$1" : 0')
      .replace(/"(lease|id|ttl)":\d+/g, '"$1":0')
      .replace(/remaining\(\d+s\)/g, 'remaining')
      .replace(/127\.0\.0\.1:\d+/g, '<endpoint>')
      .replace(/took = [\d.]+m?s/g, 'took');
  }
}

type Step = readonly string[] | ({ readonly args: readonly string[] } & EtcdctlOptions);
/** Stands for the lease that was granted last. */
const lease = '<lease>';

/** What a server answers to the steps, one after the other. Revisions count from where the server stands. */
async function run(url: string, steps: readonly Step[], prefix: string): Promise<Outcome[]> {
  const names = new Names();
  const { out } = await etcdctl(url, ['get', 'none', '-w', 'json']);
  const base = (JSON.parse(out) as { header: { revision: number } }).header.revision;
  const fill = (text: string): string =>
    text
      .replaceAll('/k/', prefix)
      .replaceAll(lease, names.lease)
      .replace(/@(\d+)/g, (_, ahead) => `${base + Number(ahead)}`);
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    const { args, ...options } = 'args' in step ? step : { args: step };
    const input = options.input === undefined ? {} : { input: fill(options.input) };
    const outcome = names.hide(await etcdctl(url, args.map(fill), { ...options, ...input }));
    const relative = outcome.out.replace(
      /("\w*[rR]evision" ?: ?|compacted revision )(\d+)/g,
      (_, name, revision) => `${name}${revision === '0' ? 0 : revision - base}`,
    );
    outcomes.push({ ...outcome, out: relative });
  }
  return outcomes;
}

/** A member's id as etcdctl prints it: without zeros before it. */
function printed({ member }: ServedMember): string {
  return BigInt(`0x${member.id}`).toString(16);
}

let runs = 0;

/** The steps are answered as etcd answers them, to the letter. */
async function expectSame(steps: readonly Step[]): Promise<readonly Outcome[]> {
  const prefix = `/run-${process.pid}-${++runs}/`;
  const [theirs, answers] = await Promise.all([run(etcd, steps, prefix), run(ours.url, steps, prefix)]);
  expect(answers).toEqual(theirs);
  return answers;
}

describe('etcdctl is answered as by etcd', () => {
  it('when it puts, gets and deletes', async () => {
    const answers = await expectSame([
      ['put', '/k/a', '1'],
      ['put', '/k/a', '2', '--prev-kv'],
      ['put', '/k/b', 'b'],
      ['put', '/k/c', '-- c', '-w', 'json'],
      ['get', '/k/a'],
      ['get', '/k/a', '-w', 'json'],
      ['get', '/k/a', '-w', 'fields'],
      ['get', '/k/a', '--rev=@1'],
      ['get', '/k/a', '--rev=@1', '-w', 'json'],
      ['get', '/k/none', '-w', 'json'],
      ['get', '/k/', '--prefix'],
      ['get', '/k/', '--prefix', '-w', 'json'],
      ['get', '/k/', '--prefix', '--keys-only'],
      ['get', '/k/', '--prefix', '--limit=2', '-w', 'json'],
      ['get', '/k/', '--prefix', '--order=DESCEND', '--sort-by=KEY', '--limit=2', '-w', 'json'],
      ['get', '/k/', '--prefix', '--order=ASCEND', '--sort-by=MODIFY', '--print-value-only'],
      ['get', '/k/', '--prefix', '--order=DESCEND', '--sort-by=VERSION', '--limit=1'],
      ['get', '/k/', '--prefix', '--order=DESCEND', '--sort-by=VALUE'],
      ['get', '/k/a', '/k/c'],
      ['get', '/k/b', '--from-key', '--limit=1'],
      ['get', '/k/a', '--consistency=s'],
      ['put', '/k/a', '--ignore-value'],
      ['put', '/k/none', '--ignore-value'],
      ['put', '/k/a', 'given', '--ignore-value'],
      ['put', '/k/none', 'x', '--ignore-lease'],
      ['put', '', 'no key'],
      ['get', ''],
      ['get', '/k/a', '--rev=@1000'],
      ['del', '/k/none'],
      ['del', '/k/a', '--prev-kv'],
      ['del', '/k/', '--prefix', '--prev-kv', '-w', 'json'],
      ['get', '/k/', '--prefix', '-w', 'json'],
    ]);
    expect(answers[4]?.out).toMatch(/\/a\n2\n$/);
  });

  it('when it makes transactions', async () => {
    await expectSame([
      ['put', '/k/a', '1'],
      { args: ['txn'], input: 'value("/k/a") = "1"\n\nput /k/b yes\nget /k/a\n\nput /k/b no\n\n' },
      {
        args: ['txn'],
        input: 'mod("/k/a") > "0"\nversion("/k/none") = "0"\n\ndel /k/a --prev-kv\n\nget /k/b\n\n',
      },
      { args: ['txn', '-w', 'json'], input: 'create("/k/b") = "0"\n\nput /k/c c\n\nget /k/ --prefix\n\n' },
      { args: ['txn'], input: '\nput /k/d 1\nput /k/d 2\n\n\n' },
      { args: ['txn'], input: '\ndel /k/ --prefix\nput /k/d 2\n\n\n' },
      { args: ['txn'], input: '\nget /k/b --rev=@1000\n\n\n' },
      { args: ['txn'], input: '\nput /k/e e --lease=1234\n\n\n' },
      { args: ['txn', '-w', 'json'], input: '\n\n\n' },
      { args: ['txn'], input: 'value("") = "1"\n\n\n\n' },
      ['get', '/k/', '--prefix', '-w', 'json'],
    ]);
  });

  it('when it watches', async () => {
    await expectSame([
      ['put', '/k/a', '1'],
      ['put', '/k/a', '2'],
      { args: ['txn'], input: '\nput /k/b b\nput /k/c c\n\n\n' },
      ['del', '/k/a'],
      { args: ['watch', '/k/', '--prefix', '--rev=@1'], lines: 14 },
      { args: ['watch', '/k/a', '--rev=@1', '--prev-kv'], lines: 12 },
      { args: ['watch', '/k/a', '--rev=@2', '-w', 'json'], lines: 1 },
      { args: ['watch', '/k/b', '/k/d', '--rev=@1'], lines: 6 },
    ]);
  });

  it('when it grants leases', async () => {
    await expectSame([
      ['lease', 'grant', '100'],
      ['put', '/k/a', '1', `--lease=${lease}`],
      ['lease', 'timetolive', lease, '--keys'],
      ['put', '/k/b', '1', `--lease=${lease}`],
      ['lease', 'keep-alive', '--once', lease],
      ['get', '/k/a', '-w', 'json'],
      ['put', '/k/b', '2'],
      ['put', '/k/a', '2', '--ignore-lease'],
      ['lease', 'timetolive', lease, '--keys', '-w', 'json'],
      ['lease', 'revoke', lease],
      ['lease', 'revoke', lease],
      ['lease', 'timetolive', lease],
      ['lease', 'keep-alive', '--once', lease],
      ['put', '/k/a', '1', `--lease=${lease}`],
      ['get', '/k/', '--prefix'],
      ['lease', 'grant', '1'],
      ['lease', 'revoke', lease],
      ['lease', 'grant', '9000000001'],
    ]);
  });

  it('when it compacts', async () => {
    await expectSame([
      ['put', '/k/a', '1'],
      ['put', '/k/a', '2'],
      ['put', '/k/a', '3'],
      ['compact', '@2'],
      ['compact', '@2'],
      ['compact', '@1'],
      ['compact', '@1000'],
      ['get', '/k/a', '--rev=@1'],
      ['get', '/k/a', '--rev=@2'],
      ['watch', '/k/a', '--rev=@1'],
      { args: ['watch', '/k/a', '--rev=@2'], lines: 6 },
      ['compact', '@3', '--physical'],
    ]);
  });

  it('when it looks after a member', async () => {
    await expectSame([
      ['alarm', 'list'],
      ['alarm', 'disarm'],
      ['endpoint', 'health'],
      ['defrag'],
      ['move-leader', '1234'],
      ['member', 'remove', '1234'],
      ['member', 'promote', '1234'],
    ]);
  });
});

describe('etcdctl', () => {
  it('sees what it watches as it happens', async () => {
    const watching = etcdctl(ours.url, ['watch', '/watched/', '--prefix'], { lines: 8 });
    await expect.poll(() => ours.store.watcherCount, { timeout: 20_000 }).toBe(1);
    await etcdctl(ours.url, ['put', '/watched/a', '1']);
    await etcdctl(ours.url, ['put', '/watched/a', '2']);
    await etcdctl(ours.url, ['del', '/watched/a']);
    expect((await watching).out).toBe('PUT\n/watched/a\n1\nPUT\n/watched/a\n2\nDELETE\n/watched/a\n\n');
    await expect.poll(() => ours.store.watcherCount, { timeout: 20_000 }).toBe(0);
  });

  it('saves a snapshot with its checksum', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-snapshot-'));
    try {
      for (let index = 0; index < 3; index++)
        await etcdctl(ours.url, ['put', `/saved/${index}`, 'x'.repeat(100_000)]);
      const path = join(folder, 'saved');
      expect(await etcdctl(ours.url, ['snapshot', 'save', path])).toMatchObject({ code: 0 });
      const saved = await readFile(path);
      expect(saved.length % 512).toBe(32);
      expect(saved.length).toBeGreaterThan(300_000);
      expect(createHash('sha256').update(saved.subarray(0, -32)).digest()).toEqual(saved.subarray(-32));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('sees the member, its status and its hash', async () => {
    const status = await etcdctl(ours.url, ['endpoint', 'status', '-w', 'json']);
    expect(JSON.parse(status.out)).toMatchObject([
      { Status: { version: '3.4.0', leader: expect.any(Number) } },
    ]);
    const hash = await etcdctl(ours.url, ['endpoint', 'hashkv', '-w', 'json']);
    expect(JSON.parse(hash.out)).toMatchObject([{ HashKV: { hash: expect.any(Number) } }]);
    expect((await etcdctl(ours.url, ['member', 'list'])).out).toBe(
      `${printed(ours)}, started, m1, ${ours.member.members()[0]?.peerUrls[0]}, ${ours.url}, false\n`,
    );
  });

  it('waits for the alarm of a store that is full to be dealt with', async () => {
    const alarm = { action: AlarmAction.ACTIVATE, memberId: 5n, alarm: AlarmType.NOSPACE };
    await ours.member.propose(encodeCommand({ kind: 'alarm', payload: AlarmRequest.encode(alarm) }));
    expect((await etcdctl(ours.url, ['alarm', 'list'])).out).toBe('memberID:5 alarm:NOSPACE \n');
    expect((await etcdctl(ours.url, ['put', 'a', 'b'])).error).toContain(
      'etcdserver: mvcc: database space exceeded',
    );
    expect((await etcdctl(ours.url, ['alarm', 'disarm'])).out).toBe('memberID:5 alarm:NOSPACE \n');
    expect((await etcdctl(ours.url, ['put', 'a', 'b'])).out).toBe('OK\n');
  });
});

describe('etcdctl with three members', () => {
  let members: readonly ServedMember[];
  beforeAll(async () => {
    members = await serveMembers(3);
  });
  afterAll(async () => {
    await Promise.all(members.map((member) => member.close()));
  });

  const leader = (): ServedMember => members.find(({ member }) => member.status().role === 'leader')!;
  const followers = (): ServedMember[] => members.filter((member) => member !== leader());

  it('is served by each of them', async () => {
    const [one, other] = followers();
    expect((await etcdctl(one!.url, ['put', 'a', '1'])).out).toBe('OK\n');
    expect((await etcdctl(other!.url, ['get', 'a'])).out).toBe('a\n1\n');
    const { out } = await etcdctl(one!.url, ['lease', 'grant', '60']);
    const lease = /lease (\w+)/.exec(out)![1]!;
    expect((await etcdctl(one!.url, ['lease', 'keep-alive', '--once', lease])).out).toContain('TTL(60)');
    expect((await etcdctl(other!.url, ['lease', 'timetolive', lease])).out).toMatch(
      /TTL\(60s\), remaining\((5\d|60)s\)/,
    );
    const watching = etcdctl(one!.url, ['watch', 'a'], { lines: 2 });
    await expect.poll(() => one!.store.watcherCount, { timeout: 20_000 }).toBe(1);
    await etcdctl(other!.url, ['put', 'a', '2']);
    expect((await watching).out).toBe('PUT\na\n2\n');
  });

  it('finds the same in all of them', async () => {
    const urls = members.map(({ url }) => url).join(',');
    const { out } = await etcdctl(urls, ['endpoint', 'hashkv', '--cluster', '-w', 'json']);
    const hashes = (JSON.parse(out) as { HashKV: { hash: number } }[]).map(({ HashKV }) => HashKV.hash);
    expect(hashes).toHaveLength(3);
    expect(new Set(hashes).size).toBe(1);
    const status = await etcdctl(urls, ['endpoint', 'status', '-w', 'json']);
    const leaders = (JSON.parse(status.out) as { Status: { leader: number } }[]).map(
      ({ Status }) => Status.leader,
    );
    expect(new Set(leaders).size).toBe(1);
  });

  it('moves the leader', async () => {
    const before = leader();
    const target = followers()[0]!;
    const { out } = await etcdctl(before.url, ['move-leader', target.member.id]);
    expect(out).toBe(`Leadership transferred from ${printed(before)} to ${printed(target)}\n`);
    await expect.poll(() => leader()).toBe(target);
    expect((await etcdctl(before.url, ['put', 'a', '3'])).out).toBe('OK\n');
  });
});

describe('etcdctl over TLS', () => {
  const certificates = new TestCertificates();
  const calls: (string | undefined)[] = [];
  let member: ServedMember;
  beforeAll(async () => {
    const identify = async ({ certificateName }: Call): Promise<undefined> => {
      calls.push(certificateName);
    };
    [member] = (await serveMembers(1, {
      tls: { ...certificates.make('server'), protocols: ['h2'] },
      callers: { identify, identifyNamed: identify, identifyRoot: identify },
    })) as [ServedMember];
  });
  afterAll(async () => {
    await member.close();
    certificates.remove();
  });

  it('is known by its certificate, and by no other', async () => {
    const { caFile, certFile, keyFile } = certificates.make('alice');
    const trust = ['--cacert', caFile];
    expect(
      (await etcdctl(member.url, [...trust, '--cert', certFile, '--key', keyFile, 'put', 'a', '1'])).out,
    ).toBe('OK\n');
    expect(new Set(calls)).toEqual(new Set(['alice']));
    const stranger = await etcdctl(member.url, [
      ...trust,
      '--dial-timeout',
      '1s',
      '--command-timeout',
      '1s',
      'get',
      'a',
    ]);
    expect(stranger.code).not.toBe(0);
  });
});
