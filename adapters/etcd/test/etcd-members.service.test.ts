// Goal: what happens to etcd's members costs callers as little as it can, and never a false answer. Method: a real etcd
// of three members that are killed, stopped and started again under load; one that asks who is there; one with TLS.

import type { ClusterClient } from '@holdfast/cluster';
import { isHoldfastError, sleep } from '@holdfast/core';
import { afterEach, describe, expect, test } from 'vitest';
import { type EtcdStoreOptions, etcdStore } from '../src/index.ts';
import { EtcdCluster } from './etcd-cluster.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined) => value && new TextDecoder().decode(value);

let etcd: EtcdCluster | undefined;
let stores: ClusterClient[] = [];

function open(options: Partial<EtcdStoreOptions> = {}): ClusterClient {
  const store = etcdStore({ endpoints: etcd!.endpoints, ...options });
  stores.push(store);
  return store;
}

afterEach(async () => {
  for (const member of etcd?.members ?? []) member.resume();
  await Promise.all(stores.map((store) => store.close()));
  stores = [];
  await etcd?.dispose();
  etcd = undefined;
}, 60_000);

describe('three members', () => {
  test('killed and started one after the other, they keep what was acknowledged, and watches see all of it', async () => {
    etcd = await EtcdCluster.start(3);
    const [writer, watcher] = [open({ requestTimeout: '20s' }), open()];
    const seen: string[] = [];
    const watch = watcher.watch('key/');
    await watch.started;
    const watching = (async () => {
      for await (const item of watch) {
        expect(item.kind).toBe('change');
        if (item.kind === 'change') seen.push(...item.events.map(({ entry }) => text(entry?.value)!));
        if (seen.at(-1) === 'last') return;
      }
    })();
    const [acknowledged, unknown]: [string[], string[]] = [[], []];
    let writing = true;
    const load = (async () => {
      for (let index = 0; writing; index++) {
        try {
          await writer.put(`key/${index}`, bytes(`${index}`));
          acknowledged.push(`${index}`);
        } catch (error) {
          if (!isHoldfastError(error) || error.executed !== 'maybe') throw error;
          unknown.push(`${index}`);
        }
        await sleep('5ms');
      }
    })();
    const written = async (count: number): Promise<void> => {
      const enough = acknowledged.length + count;
      while (acknowledged.length < enough) await Promise.race([sleep('5ms'), load]);
    };
    for (const member of etcd.members) {
      await written(20);
      await member.kill();
      await written(20);
      await member.start();
    }
    writing = false;
    await load;
    const { entries } = await writer.range('key/');
    const stored = new Set(entries.map(({ value }) => text(value)));
    expect(acknowledged.filter((each) => !stored.has(each))).toEqual([]);
    for (let attempts = 0; ; attempts++) {
      const put = await writer.put('key/last', bytes('last')).catch((error: unknown) => error);
      if (!(put instanceof Error)) break;
      expect(attempts).toBeLessThan(10);
    }
    await watching;
    // Those whose answer was lost were seen if they were done.
    expect(seen.filter((each) => each !== 'last').sort()).toEqual([...stored].sort());
  }, 120_000);

  test('a member that stops costs neither a lease nor a read, and a watch no change', async () => {
    etcd = await EtcdCluster.start(3);
    const [store, writer] = [
      open({ requestTimeout: '15s', attemptTimeout: '2s' }),
      open({ requestTimeout: '15s' }),
    ];
    const lease = await store.grantLease('12s');
    await store.put('held', bytes('x'), { lease });
    const watch = store.watch('key');
    await watch.started;
    const [member] = etcd.members;
    await member!.pause();
    // One that is not stopped by now leads, or will soon.
    for (let attempts = 0; ; attempts++) {
      const put = await writer.put('key', bytes('x')).catch((error: unknown) => error);
      if (!(put instanceof Error)) break;
      expect(attempts).toBeLessThan(10);
    }
    expect(text((await store.get('key'))?.value)).toBe('x');
    await sleep('13s');
    expect(lease.held).toBe(true);
    expect(await store.get('held')).toBeDefined();
    expect((await watch.next()).value?.kind).toBe('change');
    member!.resume();
    await watch.return();
  }, 120_000);
});

describe('one member', () => {
  test('that stops loses its holders their leases in time', async () => {
    etcd = await EtcdCluster.start(1);
    await open({ requestTimeout: '20s' }).get('warm');
    const store = open({ requestTimeout: '3s', closeTimeout: '5s' });
    const lease = await store.grantLease('5s');
    await store.put('held', bytes('x'), { lease });
    await etcd.members[0]!.pause();
    await expect(store.put('other', bytes('x'))).rejects.toMatchObject({ executed: 'maybe' });
    await expect(store.get('held')).rejects.toMatchObject({ executed: 'no' });
    await expect.poll(() => lease.lost.aborted, { timeout: 10_000 }).toBe(true);
    expect(lease.lost.reason).toMatchObject({ code: 'LEASE_LOST' });
    etcd.members[0]!.resume();
    await expect.poll(() => store.get('held').catch(() => 'not yet'), { timeout: 20_000 }).toBeUndefined();
    await expect(store.put('held', bytes('y'), { lease })).rejects.toMatchObject({ code: 'LEASE_LOST' });
  }, 60_000);

  test('that asks who is there is told, and again when it has forgotten', async () => {
    etcd = await EtcdCluster.start(1);
    const operator = open();
    await operator.auth.userAdd({ name: 'root', password: 'secret' });
    await operator.auth.roleAdd({ name: 'root' });
    await operator.auth.userGrantRole({ user: 'root', role: 'root' });
    await operator.auth.userAdd({ name: 'guest', password: 'guest' });
    await operator.auth.enable();
    await expect(operator.get('key')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });

    const store = open({ user: { name: 'root', password: 'secret' }, requestTimeout: '20s' });
    const watch = store.watch('key');
    await watch.started;
    await store.put('key', bytes('1'));
    await etcd.members[0]!.kill();
    await etcd.members[0]!.start();
    expect(text((await store.get('key'))?.value)).toBe('1');
    await store.put('key', bytes('2'));
    expect((await watch.next()).value).toMatchObject({ kind: 'change' });
    expect((await watch.next()).value).toMatchObject({ kind: 'change' });

    const guest = open({ user: { name: 'guest', password: 'guest' } });
    await expect(guest.get('key')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(guest.watch('key').next()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    const stranger = open({ user: { name: 'root', password: 'wrong' } });
    await expect(stranger.get('key')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  }, 60_000);

  test('that speaks TLS is recognised by its certificate, and a stranger is not', async () => {
    etcd = await EtcdCluster.start(1, { tls: true });
    const store = open({ tls: { ca: etcd.members[0]!.certificate } });
    await store.put('key', bytes('1'));
    expect(text((await store.get('key'))?.value)).toBe('1');
    const careless = open({ requestTimeout: '1s' });
    await expect(careless.get('key')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  }, 60_000);

  test('gives the pieces of a snapshot', async () => {
    etcd = await EtcdCluster.start(1);
    const store = open();
    for (let index = 0; index < 20; index++) await store.put(`key/${index}`, new Uint8Array(100_000));
    let received = 0;
    let remaining: number | undefined;
    for await (const { blob, remainingBytes } of store.snapshot()) {
      received += blob.length;
      remaining = remainingBytes;
    }
    expect(received).toBeGreaterThan(2_000_000);
    expect(remaining).toBe(0);
  }, 60_000);
});

test('options that cannot work are refused', () => {
  expect(() => etcdStore({ endpoints: [] })).toThrow(/endpoints is an array of 0/);
  expect(() => etcdStore({ endpoints: ['ftp://a:1'] })).toThrow(/endpoints\[0\] is "ftp:\/\/a:1"/);
  expect(() => etcdStore({ endpoints: ['http://a:1', 'https://b:1'] })).toThrow(/all http or all https/);
  expect(() => etcdStore({ endpoints: ['http://a:1'], tls: {} })).toThrow(/https, since tls is given/);
  expect(() => etcdStore({ endpoints: ['https://a:1'], tls: { cert: 'x' } })).toThrow(
    /cert and key, or neither/,
  );
  expect(() => etcdStore({ endpoints: ['https://a:1'], tls: { ca: '/no/such/file' } })).toThrow(/tls.ca is/);
});
