import { ManualWorld } from '@holdfast/core';
import { describe, expect, it } from 'vitest';
import {
  AlarmAction,
  type AlarmResponse,
  AlarmType,
  type CompactionResponse,
  etcdRefusals,
  type HashKVResponse,
  type LeaseGrantResponse,
  type LeaseKeepAliveRequest,
  type LeaseKeepAliveResponse,
  type LeaseTimeToLiveResponse,
  type MemberAddResponse,
  type MemberListResponse,
  type PutResponse,
  RangeRequest,
  type RangeResponse,
  type SnapshotRequest,
  type SnapshotResponse,
  type StatusResponse,
  type TxnResponse,
} from '../../src/etcd/index.ts';
import { readSnapshotArchive } from '../../src/services/read-snapshot-archive.ts';
import { Store } from '../../src/state/store.ts';
import { ServiceClient } from './service-client.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const turn = async (): Promise<void> => {
  for (let count = 0; count < 5; count++) await new Promise((resolve) => setImmediate(resolve));
};

function setUp(
  ...options: ConstructorParameters<typeof ServiceClient> extends [unknown, ...infer Rest] ? Rest : never
) {
  const world = new ManualWorld();
  return { world, client: new ServiceClient(world, ...options) };
}

/** A call that is refused exactly so. */
async function expectRefusal(
  call: Promise<unknown>,
  refusal: { code: number; message: string },
): Promise<void> {
  await expect(call).rejects.toMatchObject({ code: refusal.code, message: refusal.message });
}

const a = { key: bytes('a') };

describe('a response', () => {
  it('says who answered, at which revision and term', async () => {
    const { client } = setUp();
    const expected = { clusterId: 0x00c0ffee00c0ffeen, memberId: 0xfedcba9876543210n, raftTerm: 7 };
    const put = await client.unary<PutResponse>('KV/Put', { ...a, value: bytes('1') });
    expect(put.header).toEqual({ ...expected, revision: 2 });
    const range = await client.unary<RangeResponse>('KV/Range', a);
    expect(range.header).toEqual({ ...expected, revision: 2 });
    const grant = await client.unary<LeaseGrantResponse>('Lease/LeaseGrant', { ttl: 60 });
    expect(grant.header).toEqual({ ...expected, revision: 2 });
  });
});

describe('KV', () => {
  it('refuses at the door what is no request', async () => {
    const { client } = setUp({ limits: { requestBytesMax: 1_000, transactionOperationsMax: 2 } });
    await expectRefusal(client.unary('KV/Put', {}), etcdRefusals.emptyKey);
    await expectRefusal(client.unary('KV/Range', {}), etcdRefusals.emptyKey);
    await expectRefusal(client.unary('KV/DeleteRange', {}), etcdRefusals.emptyKey);
    await expectRefusal(
      client.unary('KV/Put', { ...a, value: new Uint8Array(1_000) }),
      etcdRefusals.requestTooLarge,
    );
    const empty = { request: { case: 'range', value: RangeRequest.create(a) } };
    await expectRefusal(
      client.unary('KV/Txn', { success: [{}, {}, {}].map(() => empty) }),
      etcdRefusals.tooManyOps,
    );
    expect(client.member.status().appliedIndex).toBe(0);
  });

  it('serves what only reads without the log', async () => {
    const { client } = setUp();
    await client.unary('KV/Put', { ...a, value: bytes('1') });
    const value = { key: bytes('a'), rangeEnd: bytes('b') };
    const txn = await client.unary<TxnResponse>('KV/Txn', {
      success: [{ request: { case: 'range', value: RangeRequest.create(value) } }],
    });
    expect(txn.responses[0]?.response?.value).toMatchObject({ count: 1 });
    expect(client.member.status().appliedIndex).toBe(1);
  });

  it('raises the alarm when there is no room, and refuses until it is taken back', async () => {
    const { client } = setUp({}, { quota: 2_000 });
    const put = (): Promise<PutResponse> => client.unary('KV/Put', { ...a, value: new Uint8Array(900) });
    await put();
    await expect(put().then(put)).rejects.toMatchObject(etcdRefusals.noSpace);
    await turn();
    const { alarms } = await client.unary<AlarmResponse>('Maintenance/Alarm', { action: AlarmAction.GET });
    expect(alarms).toEqual([{ memberId: 0xfedcba9876543210n, alarm: AlarmType.NOSPACE }]);
    const status = await client.unary<StatusResponse>('Maintenance/Status', {});
    expect(status.errors).toEqual([`memberID:${0xfedcba9876543210n} alarm:NOSPACE `]);
    await client.unary('KV/Compact', { revision: client.store.revision });
    await expectRefusal(put(), etcdRefusals.noSpace);
    await client.unary('Maintenance/Alarm', { action: AlarmAction.DEACTIVATE, ...alarms[0] });
    await put();
  });

  it('compacts', async () => {
    const { client } = setUp();
    for (const value of ['1', '2', '3']) await client.unary('KV/Put', { ...a, value: bytes(value) });
    const { header } = await client.unary<CompactionResponse>('KV/Compact', { revision: 3, physical: true });
    expect(header?.revision).toBe(4);
    await expectRefusal(client.unary('KV/Range', { ...a, revision: 2 }), etcdRefusals.compacted);
    await expectRefusal(client.unary('KV/Compact', { revision: 3 }), etcdRefusals.compacted);
    await expectRefusal(client.unary('KV/Compact', { revision: 9 }), etcdRefusals.futureRev);
  });
});

describe('Lease', () => {
  it('chooses an id that is positive and free, and gives a lease as much time as an election takes', async () => {
    const { client } = setUp();
    const grants = await Promise.all(
      Array.from({ length: 50 }, () => client.unary<LeaseGrantResponse>('Lease/LeaseGrant', { ttl: 1 })),
    );
    expect(new Set(grants.map(({ id }) => id)).size).toBe(50);
    for (const { id, ttl } of grants) {
      expect(id > 0n && id < 2n ** 63n).toBe(true);
      expect(ttl).toBe(2);
    }
    await expectRefusal(
      client.unary('Lease/LeaseGrant', { id: grants[0]!.id, ttl: 1 }),
      etcdRefusals.leaseExist,
    );
  });

  it('says what is left of a lease, and -1 for none', async () => {
    const { client } = setUp();
    await client.unary('Lease/LeaseGrant', { id: 5n, ttl: 60 });
    await client.unary('KV/Put', { ...a, lease: 5n });
    const left = await client.unary<LeaseTimeToLiveResponse>('Lease/LeaseTimeToLive', { id: 5n, keys: true });
    expect(left).toMatchObject({ id: 5n, ttl: 60, grantedTtl: 60, keys: [bytes('a')] });
    expect(await client.unary('Lease/LeaseTimeToLive', { id: 6n })).toMatchObject({
      id: 6n,
      ttl: -1,
      grantedTtl: 0,
    });
    await client.unary('Lease/LeaseRevoke', { id: 5n });
    await expectRefusal(client.unary('Lease/LeaseRevoke', { id: 5n }), etcdRefusals.leaseNotFound);
    expect(await client.unary<RangeResponse>('KV/Range', a)).toMatchObject({ count: 0 });
  });

  it('renews on a stream, one after the other, and says 0 for a lease that is gone', async () => {
    const { client } = setUp();
    await client.unary('Lease/LeaseGrant', { id: 5n, ttl: 60 });
    const stream = client.stream<LeaseKeepAliveRequest, LeaseKeepAliveResponse>('Lease/LeaseKeepAlive');
    for (const id of [5n, 6n, 5n]) stream.request({ id });
    await turn();
    expect(stream.received).toMatchObject([
      { id: 5n, ttl: 60, header: { revision: 1 } },
      { id: 6n, ttl: 0 },
      { id: 5n, ttl: 60 },
    ]);
    stream.endRequests();
    await turn();
    expect(stream.error).toBeNull();
  });
});

describe('Cluster', () => {
  it('adds members whose URLs are some', async () => {
    const { client } = setUp();
    for (const peerUrls of [
      [],
      ['bogus'],
      ['http://127.0.0.1'],
      ['http://127.0.0.1:1/path'],
      ['tcp://127.0.0.1:1'],
    ]) {
      await expectRefusal(client.unary('Cluster/MemberAdd', { peerUrls }), etcdRefusals.memberBadUrls);
    }
    const added = await client.unary<MemberAddResponse>('Cluster/MemberAdd', {
      peerUrls: ['https://[::1]:2380', 'http://host.example:1'],
      isLearner: true,
    });
    expect(added.member).toMatchObject({ name: '', isLearner: true, clientUrls: [] });
    expect(added.members).toHaveLength(2);
    await client.unary('Cluster/MemberRemove', { id: added.member!.id });
    await expectRefusal(client.unary('Cluster/MemberRemove', { id: 1n }), etcdRefusals.memberNotFound);
  });

  it('tells the members as it knows them, or after all that was done before', async () => {
    const { client } = setUp();
    const { member } = client;
    member.readBarrier = async () => void (await member.addMember(['http://late:1'], false));
    const list = async (linearizable: boolean) =>
      (await client.unary<MemberListResponse>('Cluster/MemberList', { linearizable })).members.length;
    expect(await list(false)).toBe(1);
    expect(await list(true)).toBe(2);
  });
});

describe('Maintenance', () => {
  it('hashes the same for the same keys, and not for others', async () => {
    const [{ client: one, world }, { client: other, world: otherWorld }] = [setUp(), setUp()];
    const hash = async (client: ServiceClient, revision = 0): Promise<number> => {
      // It lets others have their turn, for which time must pass.
      const [answer] = await Promise.all([
        client.unary<HashKVResponse>('Maintenance/HashKV', { revision }),
        world.advance('1ms'),
        otherWorld.advance('1ms'),
      ]);
      return answer.hash;
    };
    for (const client of [one, other]) {
      for (let index = 0; index < 3_000; index++) {
        await client.unary('KV/Put', { key: bytes(`${index}`), value: bytes('1') });
      }
    }
    const same = await hash(one);
    expect(await hash(other)).toBe(same);
    await other.unary('KV/Put', { ...a, value: bytes('2') });
    expect(await hash(other)).not.toBe(same);
    expect(await hash(other, one.store.revision)).toBe(same);
    await expectRefusal(hash(one, 99_999), etcdRefusals.futureRev);
  });

  it('sends a snapshot that a state can be restored from, and only whole', async () => {
    const { client } = setUp();
    for (let index = 0; index < 500; index++) {
      await client.unary('KV/Put', { key: bytes(`${index}`), value: new Uint8Array(index) });
    }
    await client.unary('Lease/LeaseGrant', { id: 5n, ttl: 60 });
    const stream = client.stream<SnapshotRequest, SnapshotResponse>('Maintenance/Snapshot');
    stream.request({});
    await expect.poll(() => stream.error).toBeNull();
    const file = Buffer.concat(stream.received.map(({ blob }) => blob));
    expect(file.length % 512).toBe(32);
    const source = (content: Buffer) => ({
      size: async () => content.length,
      read: async (offset: number, length: number) => content.subarray(offset, offset + length),
    });
    const store = new Store();
    const restore = store.restore();
    await readSnapshotArchive(source(file), restore);
    restore.finish();
    expect(store.revision).toBe(client.store.revision);
    expect(store.keyCount).toBe(500);
    expect(store.leases.get(5n)).toMatchObject({ ttl: 60 });
    for (const damage of [
      file.subarray(0, -1),
      file.subarray(0, -512),
      file.subarray(512),
      Buffer.alloc(1_056),
      Buffer.alloc(0),
      ...[0, 100, 5_000, file.length - 600, file.length - 40, file.length - 1].map((at) => {
        const changed = Buffer.from(file);
        changed[at]! ^= 4;
        return changed;
      }),
    ]) {
      await expect(readSnapshotArchive(source(damage), new Store().restore())).rejects.toMatchObject({
        code: 'SNAPSHOT_MALFORMED',
      });
    }
  });

  it('moves the leader to a member that may lead, and only from the leader', async () => {
    const { client } = setUp();
    await expectRefusal(
      client.unary('Maintenance/MoveLeader', { targetId: 1n }),
      etcdRefusals.badLeaderTransferee,
    );
    const { member } = await client.unary<MemberAddResponse>('Cluster/MemberAdd', {
      peerUrls: ['http://127.0.0.1:1'],
      isLearner: true,
    });
    await expectRefusal(
      client.unary('Maintenance/MoveLeader', { targetId: member!.id }),
      etcdRefusals.badLeaderTransferee,
    );
    client.member.condition.role = 'follower';
    await expectRefusal(client.unary('Maintenance/MoveLeader', { targetId: 1n }), etcdRefusals.notLeader);
  });
});

describe('the door', () => {
  it('keeps a learner to what it may serve', async () => {
    const { client } = setUp();
    client.member.condition.role = 'learner';
    await expectRefusal(client.unary('KV/Put', a), etcdRefusals.notSupportedForLearner);
    await expectRefusal(client.unary('KV/Range', a), etcdRefusals.notSupportedForLearner);
    await client.unary('KV/Range', { ...a, serializable: true });
    expect(await client.unary('Maintenance/Status', {})).toMatchObject({ isLearner: true });
    const stream = client.stream('Watch/Watch');
    await turn();
    expect(stream.error).toMatchObject(etcdRefusals.notSupportedForLearner);
  });

  it('serves nobody without a leader who requires one', async () => {
    const { client } = setUp();
    client.member.setLeader(undefined);
    const call = { requiresLeader: true };
    await expectRefusal(client.unary('KV/Range', a, call), etcdRefusals.noLeader);
    await client.unary('KV/Range', a);
    const stream = client.stream('Watch/Watch', call);
    await turn();
    expect(stream.error).toMatchObject(etcdRefusals.noLeader);
  });

  it('ends streams that require a leader when there is none for too long', async () => {
    const { client, world } = setUp();
    const picky = client.stream('Watch/Watch', { requiresLeader: true });
    const patient = client.stream('Watch/Watch');
    await turn();
    client.member.setLeader(undefined);
    await world.advance('2s');
    client.member.setLeader('00000000000000aa');
    await world.advance('10s');
    expect(picky.error).toBeUndefined();
    client.member.setLeader(undefined);
    await world.advance('4s');
    await turn();
    expect(picky.error).toMatchObject(etcdRefusals.noLeader);
    expect(patient.error).toBeUndefined();
    patient.cancel();
    picky.cancel();
    await turn();
    expect(world.pendingTimers).toBe(0);
    expect(client.store.watcherCount).toBe(0);
  });

  it('is open for health checks', async () => {
    const { client } = setUp();
    client.member.condition.role = 'learner';
    expect(await client.unary('/grpc.health.v1.Health/Check', {})).toEqual({ status: 1 });
    await expect(client.unary('/grpc.health.v1.Health/Check', { service: 'x' })).rejects.toMatchObject({
      code: 5,
    });
  });
});

describe('who calls', () => {
  it('is asked before anything is done, and named in what is proposed', async () => {
    const asked: string[] = [];
    const nobody = { code: 16, message: 'etcdserver: invalid auth token' };
    const check = (need: string) => async (call: { token: string | undefined }) => {
      asked.push(need);
      if (call.token !== 'secret') throw Object.assign(new Error(nobody.message), { code: nobody.code });
      return { user: 'root', revision: 3 };
    };
    const callers = { identify: check('some'), identifyNamed: check('named'), identifyRoot: check('root') };
    const { client } = setUp({ callers });
    for (const [path, need] of [
      ['KV/Range', 'some'],
      ['KV/Put', 'some'],
      ['KV/DeleteRange', 'some'],
      ['KV/Compact', 'root'],
      ['Lease/LeaseGrant', 'named'],
      ['Lease/LeaseRevoke', 'named'],
      ['Lease/LeaseTimeToLive', 'named'],
      ['Lease/LeaseLeases', 'named'],
      ['Cluster/MemberAdd', 'root'],
      ['Cluster/MemberRemove', 'root'],
      ['Cluster/MemberList', 'named'],
      ['Maintenance/HashKV', 'root'],
      ['Maintenance/MoveLeader', 'root'],
      ['Maintenance/Defragment', 'root'],
    ] as const) {
      asked.length = 0;
      await expect(client.unary(path, a)).rejects.toMatchObject(nobody);
      expect([path, ...asked]).toEqual([path, need]);
    }
    expect(client.member.status().appliedIndex).toBe(0);
    await client.unary('KV/Put', a, { token: 'secret' });
  });
});
