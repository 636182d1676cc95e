// Goal: a client finds an endpoint that serves, stays with it, and gives up in bounded time when none does.
import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import {
  type ClusterClient,
  type ClusterClientOptions,
  clusterClient,
  clusterClients,
} from '../../src/index.ts';
import { driven } from './driven.ts';
import { FakeChannels } from './fake-channels.ts';
import { FakeEtcd } from './fake-etcd.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function cluster(options: Partial<ClusterClientOptions> = {}): {
  readonly world: ManualWorld;
  readonly server: FakeEtcd;
  readonly channels: FakeChannels;
  readonly client: ClusterClient;
} {
  const world = new ManualWorld({ seed: 7 });
  const server = new FakeEtcd(world);
  const channels = new FakeChannels(server);
  const client = clusterClient({ endpoints: ['a:1', 'b:2', 'c:3'], channels, world, ...options });
  return { world, server, channels, client };
}

/** The endpoints that were called, by port. */
function asked(channels: FakeChannels): Set<string> {
  return new Set(channels.calls.splice(0).map((call) => call.split(' ')[0]!));
}

describe('a call that was aborted before it was made', () => {
  test('is never sent, and says that nothing was done', async () => {
    const { world, channels, client } = cluster();
    const reason = new Error('too late');
    const options = { signal: AbortSignal.abort(reason) };
    for (const call of [client.put('key', bytes('x'), options), client.kv.range({}, options)]) {
      await expect(call).rejects.toMatchObject({ code: 'ABORTED', executed: 'no', cause: reason });
    }
    expect(channels.calls).toEqual([]);
    expect(channels.open).toBe(0);
    await driven(world, client.close());
  });
});

test('a client without channels is refused by name', () => {
  const options = { endpoints: ['a:1'] } as unknown as ClusterClientOptions;
  expect(() => clusterClient(options)).toThrow(/channels is undefined.*nativeChannels/);
});

describe('endpoints', () => {
  test('one that works is stayed with', async () => {
    const { world, channels, client } = cluster();
    for (let round = 0; round < 10; round++) await driven(world, client.put('key', bytes('x')));
    expect(asked(channels).size).toBe(1);
    expect(channels.open).toBe(1);
    await driven(world, client.close());
  });

  test('clients spread over them', async () => {
    const world = new ManualWorld({ seed: 7 });
    const channels = new FakeChannels(new FakeEtcd(world));
    for (let round = 0; round < 20; round++) {
      const client = clusterClient({ endpoints: ['a:1', 'b:2', 'c:3'], channels, world });
      await driven(world, client.get('key'));
      await driven(world, client.close());
    }
    expect(asked(channels).size).toBe(3);
  });

  test('one that is down is passed over, and the next is stayed with', async () => {
    const { world, channels, client } = cluster();
    await driven(world, client.get('key'));
    const [first] = asked(channels);
    channels.down.add(Number(first));
    channels.disconnect();
    for (let round = 0; round < 5; round++) await driven(world, client.get('key'));
    expect([...asked(channels)]).not.toContain(first);
    await driven(world, client.close());
  });

  test('are told of to whoever looks: which is used, which has failed, and how', async () => {
    const { world, channels, client } = cluster();
    const seen = () => clusterClients.list().at(-1)!.report();
    const states = () => seen().endpoints.map(({ state }) => state);
    expect(seen().name).toBe('cluster');
    expect(states()).toEqual(['idle', 'idle', 'idle']);
    await driven(world, client.get('key'));
    const first = Number([...asked(channels)][0]) - 1;
    const used = states();
    expect(used[first]).toBe('used');
    expect(used.filter((state) => state === 'idle').length).toBe(2);
    channels.down.add(first + 1);
    channels.disconnect();
    await driven(world, client.get('key'));
    expect(states()[(first + 1) % 3]).toBe('used');
    expect(seen().endpoints[first]).toEqual({
      host: ['a', 'b', 'c'][first],
      port: first + 1,
      state: expect.stringMatching(/avoided|idle/),
      failures: 1,
      lastFailure: 'ENDPOINT_UNAVAILABLE',
    });
    const clients = clusterClients.list().length;
    await driven(world, client.close());
    expect(clusterClients.list().length).toBe(clients - 1);
  });

  test('one that takes calls and says nothing costs a read one attempt', async () => {
    const { world, channels, client } = cluster({ requestTimeout: '3s', attemptTimeout: '1s' });
    await driven(world, client.get('key'));
    const [first] = asked(channels);
    channels.silent.add(Number(first));
    const before = world.clock.now();
    await driven(world, client.get('key'));
    expect(world.clock.now() - before).toBeLessThan(1_100_000);
    expect([...asked(channels)]).toHaveLength(2);
    await driven(world, client.close());
  });

  test('a write that was sent to a silent one is not repeated, and says so', async () => {
    const { world, server, channels, client } = cluster({ requestTimeout: '3s' });
    await driven(world, client.get('key'));
    for (const port of [1, 2, 3]) channels.silent.add(port);
    await expect(driven(world, client.put('key', bytes('x')))).rejects.toMatchObject({
      code: 'REQUEST_TIMED_OUT',
      executed: 'maybe',
    });
    expect(server.applied).toBe(0);
    await driven(world, client.close());
  });

  test('when none serves, calls fail in time and say that nothing was done', async () => {
    const { world, channels, client } = cluster({ requestTimeout: '2s' });
    for (const port of [1, 2, 3]) channels.down.add(port);
    const calls: (() => Promise<unknown>)[] = [() => client.put('key', bytes('x')), () => client.get('key')];
    for (const call of calls) {
      const before = world.clock.now();
      await expect(driven(world, call())).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        executed: 'no',
        cause: { code: 'ENDPOINT_UNAVAILABLE' },
      });
      expect(world.clock.now() - before).toBeLessThan(2_100_000);
    }
    channels.down.clear();
    await driven(world, client.put('key', bytes('x')));
    await driven(world, client.close());
  });

  test('a member without a leader is left for another', async () => {
    const { world, channels, client } = cluster();
    channels.weather = { ...channels.weather, noLeader: 0.5 };
    for (let round = 0; round < 20; round++) await driven(world, client.put('key', bytes('x')));
    await driven(world, client.close());
  });

  test('a call to one endpoint goes there or fails', async () => {
    const { world, channels, client } = cluster();
    const endpoint = { host: 'b', port: 2 };
    await driven(world, client.kv.range({ key: bytes('key') }, { endpoint }));
    expect([...asked(channels)]).toEqual(['2']);
    channels.down.add(2);
    channels.disconnect();
    const attempt = client.kv.range({ key: bytes('key') }, { endpoint });
    await expect(driven(world, attempt)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await driven(world, client.close());
  });

  test('endpoints that cannot be are refused', () => {
    const channels = new FakeChannels(new FakeEtcd(new ManualWorld()));
    expect(() => clusterClient({ endpoints: [], channels })).toThrow(/endpoints is an array of 0/);
    for (const endpoint of ['a', 'a:0', 'a:99999', 'http://a:1', 'a:b:c']) {
      expect(() => clusterClient({ endpoints: ['a:1', endpoint], channels })).toThrow(/^endpoints\[1\] is /);
    }
  });
});

describe('who asks', () => {
  const user = { name: 'root', password: 'right' };

  test('a token is asked for once, and anew when it is not believed any more', async () => {
    const { world, server, channels, client } = cluster({ user });
    server.password = 'right';
    const watch = client.watch('');
    await driven(world, Promise.all([client.put('a', bytes('1')), client.put('b', bytes('1'))]));
    const authentications = () => channels.calls.filter((call) => call.includes('Authenticate')).length;
    expect(authentications()).toBe(1);
    await driven(world, watch.started);
    server.tokens.clear();
    channels.disconnect();
    await driven(world, Promise.all([client.put('a', bytes('2')), client.get('b')]));
    expect((await driven(world, watch.next())).value).toMatchObject({ kind: 'change' });
    expect(authentications()).toBeLessThanOrEqual(3);
    await driven(world, client.close());
    expect(world.pendingTimers).toBe(0);
  });

  test('a wrong password fails calls and watches', async () => {
    const { world, server, client } = cluster({ user: { ...user, password: 'wrong' } });
    server.password = 'right';
    const refused = expect.objectContaining({ code: 'UNAUTHENTICATED' });
    await expect(driven(world, client.get('a'))).rejects.toEqual(refused);
    await expect(driven(world, client.watch('a').next())).rejects.toEqual(refused);
    await driven(world, client.close());
  });

  test('a store that asks nobody takes a user who says who he is', async () => {
    const { world, channels, client } = cluster({ user });
    await driven(world, client.put('a', bytes('1')));
    await driven(world, client.get('a'));
    expect(channels.calls.filter((call) => call.includes('Authenticate'))).toHaveLength(1);
    await driven(world, client.close());
  });
});
