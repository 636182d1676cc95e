import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { LeaseCheckpointRequest } from '../../etcd/lease.ts';
import { decodeCommand } from '../../state/command.ts';
import type { Lease, LeaseDirectory } from '../../state/leases/lease-directory.ts';
import type { Applied } from '../../state/state-machine.ts';
import { LeaseKeeper } from './lease-keeper.ts';

const done: Applied = { revision: 1, result: { response: {} } };

/** A leader with one lease, of which an earlier leader has noted that little is left. */
function leaderWithNotedLease(): { keeper: LeaseKeeper; proposals: Promise<Applied>[]; takenBack: bigint[] } {
  const lease: Lease = { id: 7n, ttl: 1_000, remaining: 30 };
  const leases: LeaseDirectory = {
    count: 1,
    get: () => lease,
    all: () => [lease],
    keysOf: () => [],
    keyCountOf: () => 0,
    listen: () => () => {},
  };
  const proposals: Promise<Applied>[] = [];
  const takenBack: bigint[] = [];
  const keeper = new LeaseKeeper({
    world: new ManualWorld({ seed: 1 }),
    state: { leases },
    proposeHere: (command) => {
      const { kind, payload } = decodeCommand(command);
      expect(kind).toBe('lease-checkpoint');
      for (const { id } of LeaseCheckpointRequest.decode(payload).checkpoints) takenBack.push(id);
      return proposals.shift() ?? Promise.resolve(done);
    },
    confirmLeading: () => Promise.resolve(),
    checkpointInterval: 300_000_000,
  });
  keeper.lead();
  return { keeper, proposals, takenBack };
}

describe('a renewal of a lease of which little is noted as left', () => {
  test('takes the note back, once', async () => {
    const { keeper, takenBack } = leaderWithNotedLease();
    expect(await keeper.renew(7n)).toBe(1_000);
    expect(await keeper.renew(7n)).toBe(1_000);
    expect(takenBack).toEqual([7n]);
    keeper.stop();
  });

  test('takes it back again when that has failed: the next leader would end the lease early', async () => {
    const { keeper, proposals, takenBack } = leaderWithNotedLease();
    proposals.push(Promise.reject(new Error('too much to do')));
    await expect(keeper.renew(7n)).rejects.toThrow('too much to do');
    expect(await keeper.renew(7n)).toBe(1_000);
    expect(takenBack).toEqual([7n, 7n]);
    keeper.stop();
  });

  test('is not answered while another renewal is still taking it back', async () => {
    const { keeper, proposals } = leaderWithNotedLease();
    let resolve: (applied: Applied) => void = () => {};
    const promise = new Promise<Applied>((settle) => {
      resolve = settle;
    });
    proposals.push(promise, promise);
    const answered: number[] = [];
    const renewals = [keeper.renew(7n), keeper.renew(7n)];
    for (const renewal of renewals) void renewal.then((ttl) => answered.push(ttl));
    for (let turn = 0; turn < 10; turn++) await null;
    expect(answered).toEqual([]);
    resolve(done);
    expect(await Promise.all(renewals)).toEqual([1_000, 1_000]);
    keeper.stop();
  });
});
