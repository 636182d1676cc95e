import { SimulatedWorld } from '@holdfast/simulation';
import { describe, expect, test } from 'vitest';
import { PutRequest } from '../src/etcd/kv.ts';
import type { ClusterMember } from '../src/member/cluster-member.ts';
import { startMember } from '../src/member/start-member.ts';
import { encodeCommand } from '../src/state/command.ts';
import { Store } from '../src/state/store.ts';

const names = ['a', 'b', 'c'];
const initialCluster = new Map(names.map((name) => [name, [`http://${name}:2380`]]));

function put(key: string, value: string): Uint8Array {
  const bytes = new TextEncoder();
  return encodeCommand({
    kind: 'put',
    payload: PutRequest.encode(PutRequest.create({ key: bytes.encode(key), value: bytes.encode(value) })),
  });
}

describe('three members', () => {
  test('elect, apply, restart', async () => {
    const world = new SimulatedWorld({ seed: 1 });
    const members = new Map<string, ClusterMember>();
    const stores = new Map<string, Store>();
    for (const name of names) {
      world.addHost(name, async (context) => {
        const state = new Store();
        const member = await startMember({ world: context, name, state, initialCluster });
        members.set(name, member);
        stores.set(name, state);
        await member.stopped;
      });
    }
    await world.runFor('5s');
    expect(world.failures).toEqual([]);
    const leader = [...members.values()].find((member) => member.status().role === 'leader')!;
    expect(leader).toBeDefined();
    const outcomes: unknown[] = [];
    for (const name of names) {
      for (let i = 0; i < 10; i++) {
        members
          .get(name)!
          .propose(put(`${name}-${i}`, 'x'))
          .then(
            (applied) => outcomes.push(applied.revision),
            (error) => outcomes.push(error),
          );
      }
    }
    await world.runFor('2s');
    console.log(outcomes, [...members.values()].map((m) => m.status()), members.get('a')!.members());
    for (const name of names) world.host(name).crash();
    for (const name of names) world.host(name).start();
    await world.runFor('5s');
    console.log([...members.values()].map((m) => m.status()));
    console.log(world.failures);
  });
});
