import { isHoldfastError } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import {
  membershipChanged,
  requestRefused,
  snapshotInstalled,
  snapshotLost,
} from '../../src/member/member-events.ts';
import { refusalOf } from '../../src/services/refusal-of.ts';
import { peerUrl, putCommand, SimulatedMembers } from './simulated-members.ts';

const three = ['a', 'b', 'c'];

describe('members', () => {
  test('elect one of them, and apply on all what is proposed on any', async () => {
    const members = new SimulatedMembers(three);
    await members.elect();
    for (const name of three) {
      const { result } = await members.during(members.get(name).member.propose(putCommand(name, '1')));
      expect(result).toHaveProperty('response');
    }
    await members.world.runFor('1s');
    for (const name of three) expect(members.get(name).store.revision).toBe(4);
  });

  test('leave in good order: another one leads at once, and nothing is left behind', async () => {
    const members = new SimulatedMembers(three);
    const first = await members.elect();
    await members.during(first.propose(putCommand('key', '1')));
    const left = members.world.clock.now();
    await members.during(first.stop());
    const second = await members.elect();
    expect(second.id).not.toBe(first.id);
    expect(members.world.clock.now() - left).toBeLessThan(1_000_000);
    for (const { member } of [...members.running.values()]) await members.during(member.stop());
    await members.world.runFor('30s');
    expect(members.world.pending).toBe(0);
    expect(members.failed.size).toBe(0);
  });

  test('say so when they have stopped', async () => {
    const members = new SimulatedMembers(['a']);
    const member = await members.elect();
    await members.during(member.stop());
    await expect(member.propose(putCommand('key', '1'))).rejects.toMatchObject({ code: 'MEMBER_STOPPED' });
    await expect(member.readBarrier()).rejects.toMatchObject({ code: 'MEMBER_STOPPED' });
  });

  test('without a majority, say that nothing was done where they know, and else that they do not', async () => {
    const members = new SimulatedMembers(three);
    const leader = await members.elect();
    const others = three.filter((name) => name !== leader.name);
    await members.world.runFor('1s');
    for (const name of others) members.world.host(name).crash();
    const taken = leader.propose(putCommand('key', '1'), { timeout: 500_000 });
    await expect(members.during(taken)).rejects.toMatchObject({
      code: 'REQUEST_TIMED_OUT',
      executed: 'maybe',
    });
    await members.world.runFor('3s');
    expect(leader.status().role).not.toBe('leader');
    const early = leader.propose(putCommand('key', '2'), { timeout: 500_000 });
    await expect(members.during(early)).rejects.toMatchObject({ code: 'NO_LEADER', executed: 'no' });
    const read = leader.readBarrier({ timeout: 500_000 });
    await expect(members.during(read)).rejects.toMatchObject({ code: 'REQUEST_TIMED_OUT', executed: 'no' });
  });

  test('refuse more than they may have under way, and stop waiting when told', async () => {
    const members = new SimulatedMembers([]);
    members.add('a', { limits: { proposals: 2 } });
    const member = await members.elect();
    await members.world.runFor('1s');
    const abort = new AbortController();
    const waiting = [
      member.propose(putCommand('a', '1')),
      member.propose(putCommand('b', '1'), { signal: abort.signal }),
    ];
    const refused: string[] = [];
    const unsubscribe = requestRefused.subscribe(({ what, error }) => refused.push(`${what}: ${error.code}`));
    await expect(member.propose(putCommand('c', '1'))).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    unsubscribe();
    expect(refused).toEqual(['proposal: TOO_MANY_REQUESTS']);
    abort.abort();
    await expect(waiting[1]).rejects.toMatchObject({ code: 'ABORTED' });
    await members.during(waiting[0]!);
    expect(member.status().proposalsPending).toBe(0);
  });

  test('refuse more reads than may wait, also while those that wait were given up', async () => {
    const members = new SimulatedMembers([]);
    members.add('a', { limits: { reads: 2 } });
    const member = await members.elect();
    await members.world.runFor('1s');
    const abort = new AbortController();
    const waiting = [member.readBarrier(), member.readBarrier({ signal: abort.signal })];
    abort.abort();
    await expect(waiting[1]).rejects.toMatchObject({ code: 'ABORTED' });
    const refused: unknown = await member.readBarrier().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'TOO_MANY_REQUESTS', executed: 'no' });
    expect(refusalOf(refused)).toEqual({ code: 8, message: 'etcdserver: too many requests' });
    await members.during(waiting[0]!);
    await members.during(Promise.all([member.readBarrier(), member.readBarrier()]));
    expect(member.status().readsFailed).toBe(1);
  });

  test('let go of the reads that nobody waits for any more', async () => {
    const members = new SimulatedMembers(three);
    for (const name of three) members.options.set(name, { limits: { reads: 2 } });
    const leader = await members.elect();
    await members.world.runFor('1s');
    for (const name of three) if (name !== leader.name) members.world.host(name).crash();
    const timeout = 500_000;
    const late = [leader.readBarrier({ timeout }), leader.readBarrier({ timeout })].map((read) =>
      expect(read).rejects.toMatchObject({ code: 'REQUEST_TIMED_OUT' }),
    );
    await members.during(Promise.all(late));
    await members.world.runFor('3s');
    for (const name of three) if (name !== leader.name) members.world.host(name).start();
    await members.elect();
    await members.during(Promise.all([leader.readBarrier(), leader.readBarrier()]));
  });

  test('take snapshots, cut the log, and bring up by them a member that joins', async () => {
    const members = new SimulatedMembers(three);
    const leader = await members.elect();
    await members.world.runFor('1s');
    for (let round = 0; round < 200; round++) {
      await members.during(leader.propose(putCommand(`key-${round % 7}`, `${round}`)));
    }
    await members.world.runFor('1s');
    expect(leader.status().firstIndex).toBeGreaterThan(100);
    const added = await members.during(leader.addMember([peerUrl('d')], true));
    members.add('d', { initialClusterState: 'existing' });
    await members.world.runFor('3s');
    const joined = members.get('d');
    expect(joined.member.id).toBe(added.id);
    expect(joined.member.status().role).toBe('learner');
    expect(joined.store.revision).toBe(members.get('a').store.revision);
    await members.during(leader.promoteMember(added.id));
    await members.world.runFor('1s');
    expect(
      joined.member
        .members()
        .map(({ name, learner }) => `${name} ${learner}`)
        .sort(),
    ).toEqual(['a', 'b', 'c', 'd'].map((name) => `${name} false`));
  });

  test('decide what a follower is asked at once, not with the next heartbeat', async () => {
    const members = new SimulatedMembers(three);
    const leader = await members.elect();
    await members.world.runFor('1s');
    const follower = three.map((name) => members.get(name).member).find(({ id }) => id !== leader.id)!;
    const begun = members.world.clock.now();
    for (let round = 0; round < 10; round++) {
      await members.during(follower.propose(putCommand('key', `${round}`)));
    }
    // Ten heartbeats take a second.
    expect(members.world.clock.now() - begun).toBeLessThan(300_000);
  });

  test('bring up a member by one snapshot, however much is written while that is on its way', async () => {
    const members = new SimulatedMembers(three);
    const leader = await members.elect();
    await members.world.runFor('1s');
    const write = async (count: number): Promise<void> => {
      for (let round = 0; round < count; round++) {
        await members.during(leader.propose(putCommand(`key-${round % 7}`, `${round}`)));
      }
    };
    await write(100);
    const added = await members.during(leader.addMember([peerUrl('d')], true));
    for (const name of three) {
      members.world.network.degrade(name, 'd', { latency: { min: '200ms', max: '200ms' } });
    }
    let snapshots = 0;
    const unsubscribe = snapshotInstalled.subscribe(({ member }) => {
      if (member === added.id) snapshots++;
    });
    const from = leader.status().lastIndex;
    members.add('d', { initialClusterState: 'existing' });
    await write(300);
    unsubscribe();
    expect(snapshots).toBe(1);
    expect(leader.status().firstIndex).toBeGreaterThan(from);
    expect(members.get('d').member.status().appliedIndex).toBeGreaterThan(leader.status().firstIndex);
  });
});

test('a leader whose snapshot is damaged takes another one for who needs it', async () => {
  const members = new SimulatedMembers(three);
  const leader = await members.elect();
  await members.world.runFor('1s');
  for (let round = 0; round < 100; round++)
    await members.during(leader.propose(putCommand('key', `${round}`)));
  let damaged: string | undefined;
  members.unreadable = (id) => {
    damaged ??= id;
    return id === damaged;
  };
  const told: (readonly unknown[])[] = [];
  const unsubscribe = snapshotLost.subscribe(({ error, member, snapshot }) => {
    told.push([member, snapshot, isHoldfastError(error) && error.code]);
  });
  await members.during(leader.addMember([peerUrl('d')], true));
  members.add('d', { initialClusterState: 'existing' });
  await members.world.runFor('3s');
  expect(told[0]).toEqual([leader.id, damaged, 'SNAPSHOT_DAMAGED']);
  await members.during(leader.propose(putCommand('key', 'last')));
  await members.world.runFor('5s');
  unsubscribe();
  expect(members.get('d').store.revision).toBe(102);
});

describe('changes of the membership', () => {
  test('follow the rules of etcd', async () => {
    const members = new SimulatedMembers(three);
    const leader = await members.elect();
    await members.world.runFor('1s');
    const follower = [...members.running.values()].find(({ member }) => member.id !== leader.id)!.member;
    const refused = (work: Promise<unknown>, message: string): Promise<void> =>
      expect(members.during(work)).rejects.toThrow(message);
    await refused(follower.addMember(['nowhere'], false), 'etcdserver: given member URLs are invalid');
    await refused(follower.addMember([peerUrl('a')], false), 'etcdserver: Peer URLs already exists');
    await refused(follower.removeMember('00000000000000aa'), 'etcdserver: member not found');
    await refused(follower.promoteMember(leader.id), 'etcdserver: can only promote a learner member');
    await refused(follower.moveLeader('00000000000000aa'), 'etcdserver: bad leader transferee');

    const learner = await members.during(follower.addMember([peerUrl('d')], true));
    await refused(
      follower.addMember([peerUrl('e')], true),
      'etcdserver: too many learner members in cluster',
    );
    await refused(
      follower.promoteMember(learner.id),
      'etcdserver: can only promote a learner member which is in sync with leader',
    );
    await members.during(follower.updateMember(learner.id, [peerUrl('f')]));
    expect(leader.members().find(({ id }) => id === learner.id)?.peerUrls).toEqual([peerUrl('f')]);
    await members.during(follower.removeMember(learner.id));
    expect(leader.members()).toHaveLength(3);

    const down = three.find((name) => name !== leader.name && name !== follower.name)!;
    members.world.host(down).crash();
    await members.world.runFor('4s');
    await refused(leader.removeMember(follower.id), 'etcdserver: unhealthy cluster');
    await refused(leader.addMember([peerUrl('d')], false), 'etcdserver: unhealthy cluster');
    await members.during(leader.removeMember(leader.members().find(({ name }) => name === down)!.id));
    expect(leader.members()).toHaveLength(2);
  });

  test('are known to who was asked for them when they are made, though it follows', async () => {
    const members = new SimulatedMembers(three);
    const leader = await members.elect();
    await members.world.runFor('1s');
    const follower = [...members.running.values()].find(({ member }) => member.id !== leader.id)!.member;
    const made = (change: Promise<unknown>) =>
      members.during(change.then(() => follower.members().find(({ name }) => !three.includes(name))));
    expect(await made(follower.addMember([peerUrl('e')], true))).toMatchObject({ learner: true });
    const { id } = follower.members().find(({ name }) => name === '')!;
    expect(await made(follower.updateMember(id, [peerUrl('d')]))).toMatchObject({ peerUrls: [peerUrl('d')] });
    members.add('d', { initialClusterState: 'existing' });
    await members.world.runFor('3s');
    expect(await made(follower.promoteMember(id))).toMatchObject({ id, learner: false });
    expect(await made(follower.removeMember(id))).toBeUndefined();
  });

  test('are told on every member as they are applied, and not again after a restart', async () => {
    const told: string[] = [];
    const members = new SimulatedMembers(three);
    const unsubscribe = membershipChanged.subscribe(({ member, change, id, learner }) => {
      told.push(`${member}: ${id} ${change}${learner ? ', to learn' : ''}`);
    });
    try {
      const leader = await members.elect();
      await members.world.runFor('1s');
      const { id } = await members.during(leader.addMember([peerUrl('d')], true));
      members.add('d', { initialClusterState: 'existing' });
      await members.world.runFor('3s');
      await members.during(leader.promoteMember(id));
      await members.during(leader.removeMember(id));
      await members.world.runFor('3s');
      const others = three.map((name) => members.get(name).member.id);
      for (const name of three) {
        members.world.host(name).crash();
        members.world.host(name).start();
      }
      await members.world.runFor('3s');
      for (const member of others) {
        expect(told.filter((line) => line.startsWith(member))).toEqual([
          `${member}: ${id} added, to learn`,
          `${member}: ${id} promoted`,
          `${member}: ${id} removed`,
        ]);
      }
    } finally {
      unsubscribe();
    }
  });

  test('a removed member stops for good', async () => {
    const members = new SimulatedMembers(three);
    const leader = await members.elect();
    await members.world.runFor('1s');
    const name = three.find((each) => each !== leader.name)!;
    await members.during(leader.removeMember(members.get(name).member.id));
    await members.world.runFor('3s');
    expect(members.failed.get(name)).toMatchObject({ code: 'MEMBER_REMOVED' });
    members.world.host(name).crash();
    members.world.host(name).start();
    await members.world.runFor('3s');
    expect(members.failed.get(name)).toMatchObject({ code: 'MEMBER_REMOVED' });
  });

  test('a member that was away when it was removed is told', async () => {
    const members = new SimulatedMembers(three);
    const leader = await members.elect();
    await members.world.runFor('1s');
    const name = three.find((each) => each !== leader.name)!;
    const { id } = members.get(name).member;
    members.world.host(name).crash();
    await members.world.runFor('3s');
    await members.during(leader.removeMember(id));
    members.world.host(name).start();
    await members.world.runFor('5s');
    expect(members.failed.get(name)).toMatchObject({ code: 'MEMBER_REMOVED' });
  });

  test('a member that was away while another joined learns of it from the third, though the newcomer leads', async () => {
    const members = new SimulatedMembers(three);
    for (const name of three) members.options.set(name, { strictReconfigCheck: false });
    const leader = await members.elect();
    await members.world.runFor('1s');
    const away = three.find((each) => each !== leader.name)!;
    members.world.host(away).crash();
    await members.world.runFor('3s');
    const added = await members.during(leader.addMember([peerUrl('d')], true));
    members.add('d', { initialClusterState: 'existing' });
    await members.world.runFor('3s');
    await members.during(leader.promoteMember(added.id));
    await members.during(leader.moveLeader(added.id));
    members.world.host(away).start();
    await members.world.runFor('5s');
    expect(members.leader?.id).toBe(added.id);
    await members.during(members.get('d').member.propose(putCommand('key', '1')));
    await members.world.runFor('1s');
    expect(members.get(away).store.revision).toBe(2);
    expect(members.get(away).member.members()).toHaveLength(4);
  });

  test('a folder is that of one member of one cluster', async () => {
    const members = new SimulatedMembers(['a']);
    const member = await members.elect();
    await members.during(member.stop());
    for (const options of [{ initialClusterToken: 'another' }, { name: 'b' }]) {
      members.options.set('a', {
        ...options,
        initialCluster: new Map([[options.name ?? 'a', [peerUrl('a')]]]),
      });
      members.world.host('a').crash();
      members.world.host('a').start();
      await members.world.runFor('1s');
      expect(members.failed.get('a')).toMatchObject({ code: 'FOLDER_MISMATCH' });
    }
  });

  test('a member whose disk is lost is turned away', async () => {
    const members = new SimulatedMembers(three);
    const leader = await members.elect();
    await members.world.runFor('1s');
    const name = three.find((each) => each !== leader.name)!;
    members.world.host(name).crash();
    members.world.host(name).disk.wipe();
    members.world.host(name).start();
    await members.world.runFor('3s');
    expect(members.failed.get(name)).toMatchObject({ code: 'FOLDER_MISMATCH' });
  });

  test('nobody joins who was not added', async () => {
    const members = new SimulatedMembers(three);
    await members.elect();
    members.add('d', { initialClusterState: 'existing', requestTimeout: '1s' });
    await members.world.runFor('3s');
    expect(members.failed.get('d')).toMatchObject({ code: 'JOIN_FAILED' });
  });
});
