// Goal: a write is done once, or its caller is told that nobody knows. Method: counters and single puts over lines that
// lose requests and answers at random, with sessions and without, against a model of etcd that counts what it applied.

import type { CoordinationStore } from '@holdfast/coordination';
import { isHoldfastError, ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { type ClusterClient, clusterClient } from '../../src/index.ts';
import { driven } from './driven.ts';
import { FakeChannels, type Weather } from './fake-channels.ts';
import { FakeEtcd } from './fake-etcd.ts';

const endpoints = ['a:1', 'b:2', 'c:3'];
const bytes = (text: string) => new TextEncoder().encode(text);
const storm: Weather = {
  lostRequest: 0.1,
  lostAnswer: 0.15,
  noLeader: 0.1,
  leaderChanged: 0.1,
  brokenStream: 0.1,
  refused: 0.2,
};

interface Lines {
  readonly world: ManualWorld;
  readonly server: FakeEtcd;
  readonly clients: readonly ClusterClient[];
  readonly channels: readonly FakeChannels[];
}

function lines(seed: number, sessions: boolean, count: number, weather: Weather = storm): Lines {
  const world = new ManualWorld({ seed });
  const server = new FakeEtcd(world);
  const channels = Array.from({ length: count }, () => new FakeChannels(server, { sessions }));
  const clients = channels.map((each) => {
    each.weather = weather;
    return clusterClient({ endpoints, channels: each, world, requestTimeout: '60s', attemptTimeout: '1s' });
  });
  return { world, server, clients, channels };
}

async function end({ world, clients }: Lines): Promise<void> {
  await driven(
    world,
    Promise.all(clients.map((client) => client.close())).then(() => undefined),
  );
  expect(world.pendingTimers).toBe(0);
}

/** Increments by compare and swap; whether it was done, or `unknown`. */
async function increment(store: CoordinationStore): Promise<'done' | 'unknown'> {
  for (;;) {
    const entry = await store.get('counter');
    const value = Number(entry === undefined ? 0 : Buffer.from(entry.value).toString()) + 1;
    try {
      const { succeeded } = await store.transact({
        compare: [{ key: 'counter', target: 'modRevision', is: '=', value: entry?.modRevision ?? 0 }],
        then: [{ do: 'put', key: 'counter', value: bytes(`${value}`) }],
      });
      if (succeeded) return 'done';
    } catch (error) {
      if (isHoldfastError(error) && error.code === 'OUTCOME_UNKNOWN') return 'unknown';
      throw error;
    }
  }
}

async function count(
  under: Lines,
  each: number,
): Promise<{ done: number; unknown: number; counter: number }> {
  const outcomes = { done: 0, unknown: 0 };
  const work = under.clients.map(async (client) => {
    for (let index = 0; index < each; index++) outcomes[await increment(client)] += 1;
  });
  await driven(
    under.world,
    Promise.all(work).then(() => undefined),
  );
  const entry = await driven(under.world, under.clients[0]!.get('counter'));
  return { ...outcomes, counter: Number(Buffer.from(entry!.value).toString()) };
}

describe('a counter over lines that lose requests and answers', () => {
  test('is exact with sessions', async () => {
    for (let seed = 0; seed < 30; seed++) {
      const under = lines(seed, true, 3);
      expect(await count(under, 8), `seed ${seed}`).toEqual({ done: 24, unknown: 0, counter: 24 });
      await end(under);
    }
  });

  test('is as far off as its clients were told without them', async () => {
    let off = 0;
    for (let seed = 0; seed < 30; seed++) {
      const under = lines(seed, false, 3);
      const { done, unknown, counter } = await count(under, 8);
      expect(counter, `seed ${seed}`).toBeGreaterThanOrEqual(done);
      expect(counter, `seed ${seed}`).toBeLessThanOrEqual(done + unknown);
      off += unknown;
      await end(under);
    }
    expect(off).toBeGreaterThan(0);
  });
});

test.each([true, false])('a put that fails says whether it was done (sessions: %s)', async (sessions) => {
  for (let seed = 0; seed < 20; seed++) {
    const under = lines(seed, sessions, 1);
    const [client] = under.clients;
    const outcomes: Record<string, string> = {};
    const work = async (): Promise<void> => {
      for (let index = 0; index < 30; index++) {
        const key = `key ${index}`;
        outcomes[key] = await client!.put(key, bytes('x')).then(
          () => 'yes',
          (error: unknown) => (isHoldfastError(error) ? error.executed : String(error)),
        );
      }
    };
    await driven(under.world, work());
    under.channels[0]!.weather = { ...storm, lostRequest: 0, lostAnswer: 0 };
    for (const [key, outcome] of Object.entries(outcomes)) {
      const found = (await driven(under.world, client!.get(key))) !== undefined;
      if (outcome !== 'maybe') expect(found, `seed ${seed}, ${key}`).toBe(outcome === 'yes');
    }
    expect(under.server.applied).toBeLessThanOrEqual(30);
    await end(under);
  }
});

const calm: Weather = { ...storm, lostRequest: 0, lostAnswer: 0, noLeader: 0, leaderChanged: 0, refused: 0 };

test('a put that is refused for good after an attempt whose answer was lost may have been done', async () => {
  const under = lines(1, true, 1, calm);
  const [client] = under.clients;
  await driven(under.world, client!.put('a', bytes('x')));
  under.channels[0]!.weather = { ...calm, lostAnswer: 1 };
  const putting = client!.put('b', bytes('x'));
  putting.catch(() => {});
  await under.world.advance('20ms');
  expect(under.server.applied).toBe(2);
  under.server.full = true;
  under.channels[0]!.weather = calm;
  await expect(driven(under.world, putting)).rejects.toMatchObject({
    code: 'STORE_FULL',
    executed: 'maybe',
    retryable: 'if-idempotent',
  });
  await expect(driven(under.world, client!.put('c', bytes('x')))).rejects.toMatchObject({
    code: 'STORE_FULL',
    executed: 'no',
    retryable: 'safe',
  });
  under.server.full = false;
  await end(under);
});

describe('sessions', () => {
  test('more writes than one has room for take several', async () => {
    const under = lines(1, true, 1, calm);
    const [client] = under.clients;
    const puts = Array.from({ length: 100 }, (_, index) => client!.put(`key ${index}`, bytes('x')));
    await driven(
      under.world,
      Promise.all(puts).then(() => undefined),
    );
    expect(under.server.applied).toBe(100);
    expect(under.server.sessions.size).toBeGreaterThan(1);
    await end(under);
    expect(under.server.sessions.size).toBe(0);
  });

  test('one that has ended is replaced, where nothing is in doubt', async () => {
    const under = lines(1, true, 1, calm);
    const [client] = under.clients;
    await driven(under.world, client!.put('a', bytes('x')));
    under.server.sessions.clear();
    await driven(under.world, client!.put('b', bytes('x')));
    expect(under.server.applied).toBe(2);
    await end(under);
  });

  test('one that ended while the answer to a write was lost leaves it unknown', async () => {
    const under = lines(1, true, 1, calm);
    const [client] = under.clients;
    await driven(under.world, client!.put('a', bytes('x')));
    under.channels[0]!.weather = { ...calm, lostAnswer: 1 };
    const putting = client!.put('b', bytes('x'));
    putting.catch(() => {});
    await under.world.advance('20ms');
    under.server.sessions.clear();
    under.channels[0]!.weather = calm;
    await expect(driven(under.world, putting)).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      executed: 'maybe',
    });
    await end(under);
  });

  test('they are kept alive while nothing is written', async () => {
    const under = lines(1, true, 1, calm);
    const [client] = under.clients;
    await driven(under.world, client!.put('a', bytes('x')));
    const before = under.channels[0]!.calls.length;
    await under.world.advance('70s');
    const calls = under.channels[0]!.calls.slice(before);
    expect(calls.filter((call) => call.endsWith('/holdfast.Session/KeepAlive'))).toHaveLength(3);
    await end(under);
  });
});
