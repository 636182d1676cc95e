// Goal: a choreographed saga ends on all sides or on none, whatever the broker does to its events and whoever dies. Method:
// a shop of three services over a broker that duplicates, delays, reorders and loses, with services killed at random and
// restarted; then, case by case, what order, copies and timeouts may do.
import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { type Broker, choreography, memoryBroker } from '../../src/index.ts';
import { shop } from './shop.ts';
import { ShopAtWork } from './shop-at-work.ts';
import { drive, shopSurvives } from './shop-survives.ts';

test('each order is completed on all sides or on none, whatever the broker does and whoever dies', async () => {
  const all = new Set<string>();
  for (let seed = 0; seed < 10; seed++) {
    for (const outcome of Object.keys((await shopSurvives(seed)).outcomes)) all.add(outcome);
  }
  expect([...all].sort()).toEqual(['cancelled', 'completed']);
});

/** The shop with a broker whose messages wait until the test lets them through. */
async function held(): Promise<{
  world: ManualWorld;
  work: ShopAtWork;
  release: (type: string) => Promise<void>;
}> {
  const world = new ManualWorld();
  const server = memoryBroker({ world });
  const waiting = new Map<string, () => void>();
  const broker = (): Broker => {
    const client = server.client();
    return {
      publish: async (message) => {
        const type = message.topic.split('.').slice(2).join('.');
        if (!message.topic.includes('.event.')) return client.publish(message);
        waiting.set(type, () => void client.publish(message));
      },
      subscribe: (options) => client.subscribe(options),
      parked: (consumer, options) => client.parked(consumer, options),
      retry: (consumer, id) => client.retry(consumer, id),
      discard: (consumer, id) => client.discard(consumer, id),
      close: () => client.close(),
    };
  };
  const work = new ShopAtWork({ world, broker });
  await drive(world, work.open());
  const release = async (type: string): Promise<void> => {
    await world.advance('1s');
    expect([...waiting.keys()]).toContain(type);
    waiting.get(type)!();
    await world.advance('1s');
  };
  return { world, work, release };
}

describe('a saga', () => {
  test('runs from service to service, and the monitor tells where it is', async () => {
    const { world, work, release } = await held();
    expect(await work.place('o1', { units: 2, price: 10 })).toBe(true);
    expect(await work.place('o1', { units: 3, price: 20 })).toBe(false);
    expect(await work.where('o1')).toMatchObject({ status: 'unknown', events: [] });
    await release('order.placed');
    expect(await work.where('o1')).toMatchObject({
      status: 'running',
      events: [{ type: 'order.placed', service: 'orders' }],
      pending: [{ service: 'stock', on: 'order.placed' }],
    });
    await release('stock.reserved');
    expect(await work.where('o1')).toMatchObject({ pending: [{ service: 'payment', on: 'stock.reserved' }] });
    await release('payment.taken');
    await release('order.completed');
    const position = await work.where('o1');
    expect(position).toMatchObject({ status: 'ended', outcome: 'completed', pending: [] });
    expect(position.events.map(({ type }) => type)).toEqual([
      'order.placed',
      'stock.reserved',
      'payment.taken',
      'order.completed',
    ]);
    expect(position.events[1]!.causationId).toBe(position.events[0]!.id);
    // Its timer is due, and finds that what it waited for has come.
    await world.advance('10m');
    expect((await work.verdict()).problems).toEqual([]);
    await drive(world, work.close());
  });

  test('that times out is undone, also where what is to be undone comes later', async () => {
    const { world, work, release } = await held();
    await work.place('o1', { units: 2, price: 10 });
    await release('order.placed');
    await world.advance('2m');
    await release('order.timed-out');
    // Payment has been told to undo what it has not done yet: now it never does it.
    await release('stock.reserved');
    await release('order.cancelled');
    expect(await work.where('o1')).toMatchObject({ status: 'ended', outcome: 'cancelled' });
    const { problems, outcomes } = await work.verdict();
    expect(problems).toEqual([]);
    expect(outcomes).toEqual({ cancelled: 1 });
    await drive(world, work.close());
  });

  test('that timed out is not completed by what comes late', async () => {
    const { world, work, release } = await held();
    await work.place('o1', { units: 2, price: 10 });
    await release('order.placed');
    await release('stock.reserved');
    await world.advance('2m');
    await release('order.timed-out');
    await release('payment.taken');
    await release('order.cancelled');
    const { problems, outcomes } = await work.verdict();
    expect(problems).toEqual([]);
    expect(outcomes).toEqual({ cancelled: 1 });
    await drive(world, work.close());
  });
});

test('a choreography whose events do not fit together is refused', () => {
  const { choreography: whole } = shop();
  const [stock, payment, orders] = whole.services;
  const wrong = (part: Partial<typeof whole>) => () => choreography({ ...whole, ...part });
  expect(wrong({})).not.toThrow();
  expect(wrong({ services: [stock!, orders!] })).toThrow(/"stock.reserved", but must be one that a service/);
  expect(wrong({ services: [stock!, payment!] })).toThrow(/event is "/);
  expect(wrong({ begins: [] })).toThrow(/"order.placed"/);
  expect(wrong({ ends: { 'order.completed': 'completed' } })).toThrow(
    /"order.cancelled", but must be one that a service/,
  );
  expect(wrong({ name: 'a.b' })).toThrow(/name is "a.b"/);
  expect(wrong({ services: [...whole.services, stock!] })).toThrow(/unlike that of another/);
  const reaction = { emits: [], react: () => {}, undoOn: ['order.completed'] };
  const half = { name: 'half', reactions: { 'order.placed': reaction } };
  expect(wrong({ services: [...whole.services, half] })).toThrow(/undo is undefined/);
});
