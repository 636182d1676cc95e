import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { seededRandom } from '@holdfast/core';
import { afterEach, expect, test } from 'vitest';
import { Hands } from '../shop/hands.ts';
import type { Answer } from '../shop/http.ts';
import { serve } from '../shop/server.ts';
import { bareStack } from '../stack/bare.ts';
import { newTally } from '../stack/tally.ts';
import { conditionsOf, type Trouble } from './fault.ts';
import { Standstill } from './standstill.ts';
import { Weather } from './weather.ts';

const ports = { gateway: 1, orders: 2, payments: 3, inventory: 4, shipping: 5 };
const done: Answer = { status: 201, body: {} };
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function weatherOf(trouble: Trouble): Weather {
  const weather = new Weather(seededRandom(4).fork('weather'));
  weather.conditions = conditionsOf(trouble);
  return weather;
}

/** How `count` requests to a service in trouble fare, one after the other: statuses, `lost` where none came; and what was done. */
async function requests(
  trouble: Trouble,
  count: number,
): Promise<{ seen: (number | 'lost')[]; work: number }> {
  const weather = weatherOf(trouble);
  const tally = newTally();
  const stack = bareStack({ service: 'payments', ports, tally, world: undefined as never });
  let work = 0;
  const server = serve(
    async () => {
      work++;
      return done;
    },
    stack,
    weather,
    tally,
  );
  server.listen(0, '127.0.0.1');
  closing.push(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const seen: (number | 'lost')[] = [];
  for (let index = 0; index < count; index++) {
    const answer = await fetch(`http://127.0.0.1:${port}/charges`, { method: 'POST', body: '{}' }).catch(
      () => undefined,
    );
    await answer?.text();
    seen.push(answer?.status ?? 'lost');
  }
  return { seen, work };
}

function shareOf<T>(seen: readonly T[], one: T): number {
  return seen.filter((each) => each === one).length / seen.length;
}

test('a service that refuses answers before anything is done', async () => {
  const { seen, work } = await requests({ kind: 'refuse', share: 0.5 }, 200);
  expect(shareOf(seen, 503)).toBeGreaterThan(0.35);
  expect(shareOf(seen, 201)).toBeGreaterThan(0.35);
  expect(work).toBe(seen.filter((status) => status === 201).length);
});

test('a service that breaks answers half of its errors after the work is done', async () => {
  const { seen, work } = await requests({ kind: 'break', share: 1 }, 200);
  expect(shareOf(seen, 500)).toBe(1);
  expect(work).toBeGreaterThan(70);
  expect(work).toBeLessThan(130);
});

test('a service that drops connections leaves requests without an answer, half of them after the work is done', async () => {
  const { seen, work } = await requests({ kind: 'drop', share: 0.5 }, 200);
  const lost = seen.filter((status) => status === 'lost').length;
  expect(lost / seen.length).toBeGreaterThan(0.35);
  expect(shareOf(seen, 201)).toBeGreaterThan(0.35);
  expect(work).toBeGreaterThan(seen.length - lost);
  expect(work).toBeLessThan(seen.length);
});

test('with lag, every request still gets its answer', async () => {
  const { seen, work } = await requests({ kind: 'lag', millis: 5 }, 10);
  expect([shareOf(seen, 201), work]).toEqual([1, 10]);
});

test('a service that leaks hands ends with none, and goes on with what waits when they are back', async () => {
  const weather = weatherOf({ kind: 'leak', share: 1 });
  const hands = new Hands({ hands: 3, workMillis: 0 }, weather);
  for (let piece = 0; piece < 3; piece++) await hands.work();
  const waiting = [hands.work(), hands.work()];
  expect([hands.busy, hands.waiting]).toEqual([3, 2]);
  weather.conditions = conditionsOf({ kind: 'slow', millis: 0 });
  hands.recover();
  await Promise.all(waiting);
  expect([hands.busy, hands.waiting]).toEqual([0, 0]);
});

test('a service that is blocked does nothing for so long, and goes on between', async () => {
  const standstill = new Standstill();
  closing.push(() => standstill.each(0));
  standstill.each(40);
  let longest = 0;
  let last = performance.now();
  for (let turn = 0; longest < 40; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    expect(turn).toBeLessThan(10_000);
  }
});
