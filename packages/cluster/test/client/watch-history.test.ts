// Goal: what a watch tells is exactly the history. Method: writers, compactions, broken streams, cut lines and a consumer
// that is sometimes slow, all drawn at random, against a model of etcd that keeps all of history to compare with.

import type { Watch, WatchItem } from '@holdfast/coordination';
import { ManualWorld, seededRandom, sleep } from '@holdfast/core';
import { expect, test } from 'vitest';
import { clusterClient } from '../../src/index.ts';
import { driven } from './driven.ts';
import { FakeChannels } from './fake-channels.ts';
import { FakeEtcd } from './fake-etcd.ts';

const endpoints = ['a:1', 'b:2', 'c:3'];
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined) => value && Buffer.from(value).toString();
const prefix = 'p/';

/** All that a watch of the prefix was told by the end, and what went wrong of it. */
async function run(seed: number): Promise<{ items: WatchItem[]; server: FakeEtcd; from: number }> {
  const world = new ManualWorld({ seed });
  const random = seededRandom(`run ${seed}`);
  const server = new FakeEtcd(world);
  server.fragmentMax = random.below(3) === 0 ? 1 : 3;
  const channels = new FakeChannels(server);
  channels.weather = {
    lostRequest: 0,
    lostAnswer: 0,
    noLeader: 0,
    leaderChanged: 0,
    brokenStream: random.float() * 0.2,
    refused: random.float() * 0.3,
  };
  const watcher = clusterClient({ endpoints, channels, world, watchItemsMax: 1 + random.below(4) });
  const writer = clusterClient({ endpoints, channels: new FakeChannels(server), world });
  const items: WatchItem[] = [];

  const from = 2 + random.below(3);
  const watch = watcher.watch(prefix, { from, previous: random.below(2) === 0 });
  const consume = async (): Promise<void> => {
    for await (const item of watch) {
      items.push(item);
      if (told([item]).some((line) => line.includes('last'))) return;
      if (random.below(4) === 0) await sleep(random.below(100), { world });
    }
  };
  const consuming = consume();
  const write = async (): Promise<void> => {
    for (let step = 0; step < 60; step++) {
      const key = `${random.below(3) === 0 ? 'q/' : prefix}${random.below(4)}`;
      const what = random.below(10);
      if (what < 5) await writer.put(key, bytes(`${step}`));
      else if (what < 7) await writer.delete(key);
      else if (what < 8) {
        const then = [0, 1, 2].map((n) => ({
          do: 'put' as const,
          key: `${prefix}${n}`,
          value: bytes(`t${step}`),
        }));
        await writer.transact({ compare: [], then });
      } else if (what < 9) {
        const revision = server.revision - random.below(3);
        if (revision > server.compactRevision) await writer.kv.compact({ revision });
      } else if (random.below(2) === 0) channels.disconnect();
      else {
        const mend = channels.cut();
        void sleep(random.below(60), { world }).then(mend);
      }
      if (random.below(5) === 0) server.notifyProgress();
      await sleep(random.below(15), { world });
    }
    await writer.put(`${prefix}last`, bytes('last'));
  };
  await driven(
    world,
    Promise.all([write(), consuming]).then(() => undefined),
  );
  await driven(
    world,
    Promise.all([watcher.close(), writer.close()]).then(() => undefined),
  );
  await world.advance('100ms');
  expect(world.pendingTimers).toBe(0);
  return { items, server, from };
}

/** What the watch had to be told, given where it was told that history was gone. */
function expected(items: readonly WatchItem[], { history }: FakeEtcd, from: number): string[] {
  const lines: string[] = [];
  let next = from;
  for (const item of [...items, undefined]) {
    const end = item === undefined || item.kind === 'compacted' ? item?.revision : undefined;
    if (item !== undefined && end === undefined) continue;
    // Up to the compaction it may have been told, or not; what it was told last says how far.
    const told = items
      .slice(0, item === undefined ? undefined : items.indexOf(item))
      .filter(({ kind }) => kind === 'change')
      .at(-1)?.revision;
    for (const { revision, events } of history) {
      if (revision < next || (told ?? 0) < revision) continue;
      for (const { type, kv } of events) {
        const key = text(kv?.key)!;
        if (!key.startsWith(prefix)) continue;
        lines.push(`${revision} ${type === 0 ? `+${key}=${text(kv?.value)}` : `-${key}`}`);
      }
    }
    if (item !== undefined) lines.push(`compacted ${item.revision}`);
    next = (end ?? next) + 1;
  }
  return lines;
}

function told(items: readonly WatchItem[]): string[] {
  return items.flatMap((item) =>
    item.kind === 'compacted'
      ? [`compacted ${item.revision}`]
      : item.events.map(
          ({ kind, key, entry }) =>
            `${item.revision} ${kind === 'put' ? `+${key}=${text(entry?.value)}` : `-${key}`}`,
        ),
  );
}

test('a watch is told exactly the history, whatever happens on the way', async () => {
  let compactions = 0;
  for (let seed = 0; seed < 40; seed++) {
    const { items, server, from } = await run(seed);
    expect(told(items), `seed ${seed}`).toEqual(expected(items, server, from));
    expect(items.at(-1)?.revision, `seed ${seed}`).toBe(server.revision);
    compactions += items.filter(({ kind }) => kind === 'compacted').length;
  }
  expect(compactions).toBeGreaterThan(5);
});

test('a quiet watch goes on after a compaction, for it is told how far it is', async () => {
  const world = new ManualWorld();
  const server = new FakeEtcd(world);
  const channels = new FakeChannels(server);
  const client = clusterClient({ endpoints, channels, world });
  const scenario = async (): Promise<WatchItem[]> => {
    const watch: Watch = client.watch(prefix);
    await watch.started;
    for (let round = 0; round < 5; round++) await client.put('q', bytes(`${round}`));
    server.notifyProgress();
    await sleep('50ms', { world });
    await client.kv.compact({ revision: server.revision });
    channels.disconnect();
    await client.put(`${prefix}key`, bytes('x'));
    const items = [(await watch.next()).value!];
    await watch.return();
    return items;
  };
  expect(told(await driven(world, scenario()))).toEqual([`7 +${prefix}key=x`]);
  await driven(world, client.close());
});
