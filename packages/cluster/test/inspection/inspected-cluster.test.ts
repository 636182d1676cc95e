// Goal: whoever looks at a cluster from any of its members sees the same, and sees who is gone.
import { expect, test } from 'vitest';
import { LeaseGrantRequest } from '../../src/etcd/lease.ts';
import { inspectCluster } from '../../src/node/inspected-cluster.ts';
import { encodeCommand } from '../../src/state/command.ts';
import { putCommand, SimulatedMembers } from '../member/simulated-members.ts';

const names = ['a', 'b', 'c'];

async function cluster(): Promise<SimulatedMembers> {
  const members = new SimulatedMembers(names);
  const leader = await members.elect();
  await members.during(leader.propose(putCommand('key', 'value')));
  const request = LeaseGrantRequest.create({ id: 0xabcn, ttl: 60 });
  const payload = LeaseGrantRequest.encode(request);
  await members.during(leader.propose(encodeCommand({ kind: 'lease-grant', payload })));
  await members.world.runFor('2s');
  return members;
}

async function seenFrom(members: SimulatedMembers, name: string) {
  const { member, store } = members.get(name);
  return members.during(inspectCluster(member, store));
}

test('from each member, all are seen with their roles and logs, and the leases', async () => {
  const members = await cluster();
  const leader = members.leader!;
  for (const name of names) {
    const report = await seenFrom(members, name);
    expect(report).toMatchObject({ name: leader.clusterId, alarms: [], leasesOmitted: 0 });
    expect(report.members.map((member) => member.name).sort()).toEqual(names);
    for (const member of report.members) {
      expect(member).toMatchObject({
        role: member.id === leader.id ? 'leader' : 'follower',
        term: leader.status().term,
        lastIndex: leader.status().lastIndex,
        appliedIndex: leader.status().appliedIndex,
        lag: 0,
        nativeUrls: [`tcp://${member.name}:2379`],
      });
    }
    const [lease] = report.leases;
    expect(lease).toMatchObject({ id: '0000000000000abc', ttl: 60_000, keys: 0 });
    expect(lease!.remaining).toBeGreaterThan(50_000);
    expect(lease!.remaining).toBeLessThanOrEqual(60_000);
  }
});

test('a member that is gone is unreachable, and lags behind by what it has missed', async () => {
  const members = await cluster();
  const leader = members.leader!;
  const [gone, left] = names.filter((name) => name !== leader.name) as [string, string];
  const { id } = members.get(gone).member;
  members.world.host(gone).crash();
  for (let count = 0; count < 5; count++) {
    await members.during(leader.propose(putCommand('key', `${count}`)));
  }
  for (const name of [leader.name, left]) {
    const report = await seenFrom(members, name);
    const seen = report.members.find((member) => member.id === id);
    expect(seen).toMatchObject({ role: 'unreachable', lag: 5, nativeUrls: [] });
  }
});
