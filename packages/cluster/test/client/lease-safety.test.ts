// Goal: no client believes in a lease that the store has let expire, and one that can be kept is kept. Method: a store
// whose lines break, are cut, and whose endpoints fall silent at random; the model of etcd tells when it expires.

import type { Lease } from '@holdfast/coordination';
import { ManualWorld, seededRandom, sleep } from '@holdfast/core';
import { expect, test } from 'vitest';
import { clusterClient } from '../../src/index.ts';
import { driven } from './driven.ts';
import { FakeChannels } from './fake-channels.ts';
import { FakeEtcd } from './fake-etcd.ts';

const endpoints = ['a:1', 'b:2', 'c:3'];

/** Fails when the store lets a lease expire that its holder believes in. */
class JudgingEtcd extends FakeEtcd {
  readonly held = new Map<bigint, Lease>();
  expired = 0;

  override expire(id: bigint): void {
    if (this.held.get(id)?.held === true) throw new Error(`lease ${id} has expired while it was held`);
    this.expired += 1;
    super.expire(id);
  }
}

test('the store never lets a lease expire in which its holder believes', async () => {
  let kept = 0;
  let lost = 0;
  for (let seed = 0; seed < 40; seed++) {
    const world = new ManualWorld({ seed });
    const random = seededRandom(`run ${seed}`);
    const server = new JudgingEtcd(world);
    const channels = new FakeChannels(server);
    const client = clusterClient({ endpoints, channels, world });
    const leases: Lease[] = [];
    const scenario = async (): Promise<void> => {
      for (let index = 0; index < 3; index++) {
        const lease = await client.grantLease(`${1 + random.below(3)}s`);
        leases.push(lease);
        server.held.set(BigInt(`0x${lease.id}`), lease);
      }
      channels.weather = {
        ...channels.weather,
        brokenStream: random.float() * 0.5,
        refused: random.float() * 0.5,
      };
      for (let step = 0; step < 40; step++) {
        const what = random.below(12);
        if (what === 0) channels.disconnect();
        else if (what === 1) {
          const mend = channels.cut();
          await sleep(random.below(2_500), { world });
          mend();
        } else if (what === 2) {
          const port = 1 + random.below(3);
          channels.silent.add(port);
          void sleep(random.below(3_000), { world }).then(() => channels.silent.delete(port));
        } else await sleep(random.below(300), { world });
      }
    };
    await driven(world, scenario(), '2ms');
    kept += leases.filter(({ held }) => held).length;
    lost += leases.filter(({ held }) => !held).length;
    server.held.clear();
    await driven(world, client.close());
    for (const lease of server.leases.values()) lease.end();
    channels.silent.clear();
    await world.advance('10s');
    expect(world.pendingTimers, `seed ${seed}`).toBe(0);
  }
  // The storm has to be such that both happen.
  expect(kept).toBeGreaterThan(10);
  expect(lost).toBeGreaterThan(10);
});

test('a silent endpoint does not cost a lease while there is another', async () => {
  const world = new ManualWorld({ seed: 3 });
  const server = new JudgingEtcd(world);
  const channels = new FakeChannels(server);
  const client = clusterClient({ endpoints, channels, world });
  const lease = await driven(world, client.grantLease('3s'));
  for (let round = 0; round < 6; round++) {
    const port = (round % 3) + 1;
    channels.silent.add(port);
    await world.advance('5s');
    channels.silent.delete(port);
  }
  expect(lease.held).toBe(true);
  await driven(world, client.close());
});
