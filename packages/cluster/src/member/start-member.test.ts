import { type HostWorld, invalidArgument, ManualWorld } from '@holdfast/core';
import type { HardState } from '@holdfast/raft';
import { type Journal, JournalMemory, openMemoryJournal, storageErrors } from '@holdfast/storage';
import type { Peers } from '@holdfast/transport';
import { describe, expect, test } from 'vitest';
import { PutRequest } from '../etcd/kv.ts';
import { encodeCommand } from '../state/command.ts';
import { Store } from '../state/store.ts';
import type { ClusterMember } from './cluster-member.ts';
import { encodeBatch } from './log/journal-record.ts';
import type { JournalSettings, MemberEngines, PeersOptions } from './member-engines.ts';
import type { MemberOptions } from './member-options.ts';
import { toSettings } from './member-settings.ts';
import { founderOf } from './membership/founder.ts';
import { encodeWelcome } from './membership/welcome.ts';
import { startMemberOn } from './start-member.ts';
import { ByteWriter } from './wire/byte-writer.ts';
import { EntryBlocks } from './wire/entry-block.ts';

const initialCluster = new Map([
  ['a', ['http://a:2380']],
  ['b', ['http://b:2380']],
]);
const founder = founderOf(toSettings({ name: 'a', initialCluster } as unknown as MemberOptions));
const [, other] = [...founder.peers.keys()];

/** Engines in memory. What is sent to others is answered by `answer`. */
class MemoryEngines implements MemberEngines {
  readonly memory = new JournalMemory();
  /** Compactions that still find no room. */
  full = 0;
  answer: (options: PeersOptions, peer: string) => void = () => {};
  closePeers: () => Promise<void> = async () => {};
  journal: Journal | undefined;

  async openJournal(
    _world: HostWorld,
    { segmentBytes }: JournalSettings,
  ): ReturnType<MemberEngines['openJournal']> {
    const journal = await openMemoryJournal({ memory: this.memory });
    const append = journal.append.bind(journal);
    journal.append = async (records, position) => {
      const bytes = records.reduce((sum, { length }) => sum + length, 0);
      if (bytes > segmentBytes) throw invalidArgument('bytes of records', bytes, `${segmentBytes} at most`);
      return append(records, position);
    };
    const compact = journal.compact.bind(journal);
    journal.compact = async (position) => {
      if (this.full-- > 0) throw storageErrors.create('JOURNAL_FULL', { message: 'no room' });
      await compact(position);
    };
    this.journal = journal;
    return journal;
  }

  async openPeers(_world: HostWorld, options: PeersOptions): Promise<Peers> {
    return {
      address: { host: 'a', port: 2380 },
      set: () => {},
      send: (peer) => {
        this.answer(options, peer);
        return true;
      },
      figures: () => [],
      close: () => this.closePeers(),
    };
  }
}

/** Lets time pass until `work` is over. */
async function whileTimePasses<Result>(world: ManualWorld, work: Promise<Result>): Promise<Result> {
  let over = false;
  const noted = work.finally(() => {
    over = true;
  });
  noted.catch(() => {});
  while (!over) await world.advance('10ms');
  return noted;
}

function start(
  engines: MemberEngines,
  world: ManualWorld,
  options: Partial<MemberOptions>,
): Promise<ClusterMember> {
  // Neither network nor disk is touched beneath these engines.
  const host = world as unknown as HostWorld;
  return whileTimePasses(
    world,
    startMemberOn(engines, { world: host, name: 'a', state: new Store(), ...options }),
  );
}

function put(member: ClusterMember, text: string, bytes = 10): Promise<unknown> {
  const key = new TextEncoder().encode(text);
  const payload = PutRequest.encode(PutRequest.create({ key, value: new Uint8Array(bytes) }));
  return member.propose(encodeCommand({ kind: 'put', payload }));
}

describe('a member', { timeout: 60_000 }, () => {
  test('goes on when there is no room to note that the log was cut, and cuts it later', async () => {
    const world = new ManualWorld({ seed: 1 });
    const engines = new MemoryEngines();
    engines.full = 2;
    const member = await start(engines, world, { snapshots: { logEntries: 5, tailEntries: 1 } });
    for (let count = 0; count < 40; count++) await whileTimePasses(world, put(member, `key ${count}`));
    expect(engines.full).toBeLessThan(0);
    expect(engines.memory.firstPosition).toBeGreaterThan(0);
    await whileTimePasses(world, member.stop());
    await member.stopped;
    expect(world.pendingTimers).toBe(0);
  });

  test('keeps no more of the log before a snapshot than it has bytes for', async () => {
    const world = new ManualWorld({ seed: 1 });
    const snapshots = { logEntries: 10, tailEntries: 10, tailBytes: 3_500 };
    const member = await start(new MemoryEngines(), world, { snapshots });
    for (let count = 0; count < 40; count++) await whileTimePasses(world, put(member, `key ${count}`, 1_000));
    const { firstIndex, lastIndex } = member.status();
    // Three of them fit, and those after the last snapshot are there in any case.
    expect(lastIndex - firstIndex).toBeLessThan(10 + 3);
    await whileTimePasses(world, member.stop());
  });

  test('writes what is proposed at a time in records that fit into the files of its log', async () => {
    const world = new ManualWorld({ seed: 1 });
    const member = await start(new MemoryEngines(), world, { segmentBytes: 1 << 16 });
    const many = Promise.all(Array.from({ length: 50 }, (_, count) => put(member, `key ${count}`, 10_000)));
    await whileTimePasses(world, many);
    const small = Promise.all(Array.from({ length: 5_000 }, (_, count) => put(member, `key ${count}`, 0)));
    await whileTimePasses(world, small);
    await expect(put(member, 'too large', 1 << 16)).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
    await whileTimePasses(world, member.stop());
    await expect(start(new MemoryEngines(), world, { segmentBytes: 1 << 10 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    const limits = { commandBytes: 1 << 16 };
    await expect(start(new MemoryEngines(), world, { segmentBytes: 1 << 16, limits })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  test('lets go of its journal, and says that it has stopped, even where something else cannot be closed', async () => {
    const world = new ManualWorld({ seed: 1 });
    const engines = new MemoryEngines();
    const member = await start(engines, world, {});
    const broken = new Error('the links cannot be closed');
    engines.closePeers = () => Promise.reject(broken);
    await expect(whileTimePasses(world, member.stop())).rejects.toBe(broken);
    await expect(member.stopped).rejects.toMatchObject({ cause: broken });
    expect(engines.journal?.condition).toBe('closed');
  });

  test('a founder that has voted keeps that when it is started as one that joins', async () => {
    const world = new ManualWorld({ seed: 1 });
    const engines = new MemoryEngines();
    const first = await start(engines, world, { initialCluster });
    await whileTimePasses(world, first.stop());
    const hardState: HardState = { term: 7, vote: other, commit: 1 };
    const batch = { sequence: 1, hardState, snapshot: undefined, truncateFrom: undefined, entries: [] };
    engines.memory.records.push(encodeBatch(new ByteWriter(), new EntryBlocks(), batch));
    engines.answer = (options, peer) => {
      options.receive(peer, encodeWelcome(founder.clusterId, founder.memberId, []));
    };
    const member = await start(engines, world, { initialCluster, initialClusterState: 'existing' });
    expect(member.id).toBe(founder.memberId);
    expect(member.status().term).toBeGreaterThanOrEqual(7);
    await whileTimePasses(world, member.stop());
  });

  test('one that was removed before it took part, and added anew, joins under its new name', async () => {
    const world = new ManualWorld({ seed: 1 });
    const engines = new MemoryEngines();
    for (const id of ['0a', '0b']) {
      engines.answer = (options, peer) => options.receive(peer, encodeWelcome('c0', id, []));
      const member = await start(engines, world, { initialCluster, initialClusterState: 'existing' });
      expect(member.id).toBe(id);
      await whileTimePasses(world, member.stop());
    }
  });

  test('one that has begun a cluster by mistake joins another under the name that it has there', async () => {
    const world = new ManualWorld({ seed: 1 });
    const engines = new MemoryEngines();
    const first = await start(engines, world, { initialCluster });
    await whileTimePasses(world, first.stop());
    engines.answer = (options, peer) => options.receive(peer, encodeWelcome('c0', '0a', []));
    const member = await start(engines, world, { initialCluster, initialClusterState: 'existing' });
    expect(member.id).toBe('0a');
    expect(member.status()).toMatchObject({ term: 0, lastIndex: 0 });
    await whileTimePasses(world, member.stop());
  });
});
