import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { platformWorld, sleep } from '@holdfast/core';
import { hostWorld, nodeNetwork } from '@holdfast/runtime';
import { freePorts, TestCertificates } from '@holdfast/runtime/testkit';
import { openChannel } from '@holdfast/transport';
import { afterEach, expect, test } from 'vitest';
import type { ClusterMember } from '../../src/member/cluster-member.ts';
import { type PeerNotTrusted, peerNotTrusted } from '../../src/member/member-events.ts';
import {
  encodePeerIdentity,
  type PeerIdentity,
  peerProtocol,
  peerProtocolVersion,
} from '../../src/member/membership/peer-identity.ts';
import { startMember } from '../../src/member/start-member.ts';
import { Store } from '../../src/state/store.ts';
import { putCommand } from './simulated-members.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Members at addresses of loopback of their own, each with a certificate for its address and no other. */
class CertifiedMembers {
  readonly certificates = new TestCertificates();
  readonly refused: PeerNotTrusted[] = [];
  readonly hosts: ReadonlyMap<string, string> = new Map([
    ['a', '127.0.0.1'],
    ['b', '127.0.0.2'],
    ['c', '127.0.0.3'],
    ['d', '127.0.0.4'],
  ]);
  readonly port: number;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'holdfast-members-'));

  constructor(port: number) {
    this.port = port;
    ends.push(() => rmSync(this.#folder, { recursive: true, force: true }));
    ends.push(() => this.certificates.remove());
    ends.push(peerNotTrusted.subscribe((refused) => void this.refused.push(refused)));
  }

  peerUrl(name: string): string {
    return `https://${this.hosts.get(name)}:${this.port}`;
  }

  tls(name: string) {
    return this.certificates.make(name, 'member', `IP:${this.hosts.get(name)}`);
  }

  async start(name: string, others: readonly string[], state?: 'existing'): Promise<ClusterMember> {
    const member = await startMember({
      world: hostWorld({ dir: join(this.#folder, name), host: this.hosts.get(name), tls: this.tls(name) }),
      name,
      state: new Store(),
      initialCluster: new Map([name, ...others].map((each) => [each, [this.peerUrl(each)]])),
      ...(state !== undefined && { initialClusterState: state }),
    });
    ends.push(() => member.stop({ grace: 0 }));
    return member;
  }

  /** What comes of greeting `host` so, with the certificate of `name`. */
  async greet(host: string, name: string, identity: PeerIdentity): Promise<unknown> {
    const { clock, random, timers } = platformWorld();
    const world = { clock, random, timers, network: nodeNetwork({ tls: this.tls(name) }) };
    const greeting = {
      protocol: peerProtocol,
      version: peerProtocolVersion,
      identity: encodePeerIdentity(identity),
    };
    try {
      const handler = { message: () => {}, closed: () => {} };
      const channel = await openChannel(
        world,
        { host: this.hosts.get(host)!, port: this.port },
        { greeting, handler },
      );
      channel.destroy();
      return 'let in';
    } catch (error) {
      return error;
    }
  }
}

test('a member may only be who its certificate names', { timeout: 60_000 }, async () => {
  const members = new CertifiedMembers((await freePorts(1))[0]!);
  const names = ['a', 'b', 'c'];
  const [a, b, c] = await Promise.all(names.map((name) => members.start(name, names)));
  await a!.propose(putCommand('key', '1'), { timeout: 30_000_000 });

  const greeting = (member: ClusterMember, said: Partial<PeerIdentity> = {}): PeerIdentity => ({
    clusterId: member.clusterId,
    memberId: member.id,
    peerUrls: [members.peerUrl(member.name)],
    fresh: false,
    life: 1,
    ...said,
  });
  // Itself; another one; another one from where it is itself; one that nobody knows; another one that is about to join.
  expect(await members.greet('a', 'c', greeting(c!))).toBe('let in');
  expect(members.refused).toEqual([]);
  const d = members.peerUrl('d');
  for (const posed of [
    greeting(b!),
    greeting(b!, { peerUrls: [d] }),
    greeting(c!, { memberId: '00000000000000aa', peerUrls: [d] }),
    greeting(b!, { clusterId: '', memberId: '' }),
  ]) {
    expect(await members.greet('a', 'd', posed)).toMatchObject({ code: 'HANDSHAKE_FAILED' });
  }
  expect(members.refused.map(({ error }) => error)).toEqual([
    ...[b, b].map((posed) =>
      expect.objectContaining({
        code: 'PEER_NOT_TRUSTED',
        message: expect.stringMatching(
          `127\\.0\\.0\\.4 does not stand for member ${posed!.id}.*127\\.0\\.0\\.2`,
        ),
      }),
    ),
    expect.objectContaining({ message: expect.stringContaining('00000000000000aa') }),
    expect.objectContaining({ message: expect.stringContaining(b!.id) }),
  ]);
  await b!.propose(putCommand('key', '2'), { timeout: 30_000_000 });
});

test('one that is added joins with a certificate for where it was added', { timeout: 60_000 }, async () => {
  const members = new CertifiedMembers((await freePorts(1))[0]!);
  const a = await members.start('a', []);
  const { id } = await a.addMember([members.peerUrl('d')], true);
  const stolen = { clusterId: '', memberId: '', peerUrls: [members.peerUrl('d')], fresh: true, life: 0 };
  expect(await members.greet('a', 'c', stolen)).toMatchObject({ code: 'HANDSHAKE_FAILED' });
  const d = await members.start('d', ['a'], 'existing');
  expect(d.id).toBe(id);
  await a.propose(putCommand('key', '1'));
  while (d.status().revision < 2) await sleep(20);
});
