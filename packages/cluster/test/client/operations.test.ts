// Goal: each call of a store is one operation, however many attempts it takes, and what keeps a client going is none.
import { ManualWorld, observeOperations } from '@holdfast/core';
import { expect, test } from 'vitest';
import { clusterClient } from '../../src/index.ts';
import { driven } from './driven.ts';
import { FakeChannels } from './fake-channels.ts';
import { FakeEtcd } from './fake-etcd.ts';

test('calls are operations by their names, and end as the call does', async () => {
  const told: unknown[] = [];
  const stop = observeOperations({
    enter: (name, attributes) => {
      told.push([name, attributes]);
      return {
        bind: (fn) => fn(),
        event: () => {},
        exit: (error) => told.push(error === undefined ? 'done' : (error as { code: string }).code),
      };
    },
  });
  const world = new ManualWorld({ seed: 7 });
  const channels = new FakeChannels(new FakeEtcd(world));
  const client = clusterClient({ endpoints: ['a:1'], channels, world });
  await driven(world, client.get('key'));
  await driven(
    world,
    client.lease.revoke({ id: 5n }).catch(() => {}),
  );
  await driven(world, client.close());
  stop();
  const attributes = (operation: string) => ({ 'db.system.name': 'cluster', 'db.operation.name': operation });
  expect(told).toEqual([
    ['cluster KV/Range', attributes('KV/Range')],
    'done',
    ['cluster Lease/LeaseRevoke', attributes('Lease/LeaseRevoke')],
    'LEASE_LOST',
  ]);
});
