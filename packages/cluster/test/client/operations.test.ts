// Goal: each call of a store is one operation, however many attempts it takes, and what keeps a client going is none. Its
// attempts are told, and each carries the trace that it belongs to.
import { ManualWorld, type OperationObserver, observeOperations } from '@holdfast/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ClusterClient, clusterClient } from '../../src/index.ts';
import { driven } from './driven.ts';
import { FakeChannels } from './fake-channels.ts';
import { FakeEtcd } from './fake-etcd.ts';

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
let told: unknown[];
let stop: () => void;
let world: ManualWorld;
let channels: FakeChannels;

const observer: OperationObserver = {
  enter: (name, attributes) => {
    told.push([name, attributes]);
    return {
      traceparent,
      bind: (fn) => fn(),
      set: (more) => told.push(more),
      event: (event, more) => told.push([event, more]),
      exit: (error) => told.push(error === undefined ? 'done' : (error as { code: string }).code),
    };
  },
};

beforeEach(() => {
  told = [];
  stop = observeOperations(observer);
  world = new ManualWorld({ seed: 7 });
  channels = new FakeChannels(new FakeEtcd(world));
});

afterEach(() => stop());

function clientOf(endpoints: readonly string[]): ClusterClient {
  return clusterClient({ endpoints, channels, world });
}

function attributes(service: string, method: string): unknown {
  return {
    'rpc.system': 'holdfast',
    'rpc.service': `etcdserverpb.${service}`,
    'rpc.method': method,
    'db.system.name': 'cluster',
    'db.operation.name': `${service}/${method}`,
  };
}

const server = (port: number) => ({ 'server.address': 'a', 'server.port': port });

test('calls are operations by their names, say who was asked, and end as the call does', async () => {
  const client = clientOf(['a:1']);
  await driven(world, client.get('key'));
  await driven(
    world,
    client.lease.revoke({ id: 5n }).catch(() => {}),
  );
  await driven(world, client.close());
  expect(told).toEqual([
    ['etcdserverpb.KV/Range', attributes('KV', 'Range')],
    server(1),
    'done',
    ['etcdserverpb.Lease/LeaseRevoke', attributes('Lease', 'LeaseRevoke')],
    server(1),
    'LEASE_LOST',
  ]);
});

test('an attempt that is followed by another is told, with who failed and how', async () => {
  const client = clientOf(['a:1', 'a:2']);
  await driven(world, client.get('key'));
  const [first] = channels.calls.map((call) => Number(call[0]));
  channels.silent.add(first!);
  told.length = 0;
  await driven(world, client.get('key'));
  expect(told).toEqual([
    ['etcdserverpb.KV/Range', attributes('KV', 'Range')],
    server(first!),
    ['holdfast.cluster.retried', { ...server(first!), 'error.type': 'ENDPOINT_UNAVAILABLE' }],
    server(3 - first!),
    'done',
  ]);
  await driven(world, client.close());
});

test('leases that are kept and watches that are open are no operations', async () => {
  const client = clientOf(['a:1']);
  await driven(world, client.grantLease('5s'));
  const watch = client.watch('prefix/');
  await driven(world, watch.started);
  told.length = 0;
  await world.advance('30s');
  expect(told).toEqual([]);
  await watch.return();
  await driven(world, client.close());
});

test('every attempt carries its trace, and none does while nobody observes', async () => {
  const client = clientOf(['a:1', 'a:2']);
  await driven(world, client.get('key'));
  channels.silent.add(Number(channels.calls[0]![0]));
  await driven(world, client.get('key'));
  stop();
  await driven(world, client.get('key'));
  expect(channels.traces).toEqual([traceparent, traceparent, traceparent, undefined]);
  await driven(world, client.close());
});
