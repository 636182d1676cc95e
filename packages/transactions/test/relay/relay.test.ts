// Goal: what was committed arrives, once and in order, whoever dies when; what was rolled back never does. Method: producer,
// relays and consumer in a process that dies at each of its boundaries in turn, and again in its next life; the same with a
// broker that duplicates, delays and loses; and the pure core against all ways that publications may end.
import { ManualWorld } from '@holdfast/core';
import { openMemoryJournal } from '@holdfast/storage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryBroker, openEmbeddedDatabase, startRelay, transactionErrors } from '../../src/index.ts';
import { Publication } from '../../src/relay/publication.ts';
import { MortalServices } from './mortal-services.ts';
import { relaySurvives } from './relay-survives.ts';

test('after a death at any boundary, and another one at any boundary of the next life', async () => {
  let schedules = 0;
  for (let first = 1, over = false; !over; first++) {
    for (let second = 1, end = false; !end && !over; second += 4 + (first % 5)) {
      const services = new MortalServices();
      over = await services.live(first);
      end = await services.live(second);
      expect(await services.live(Number.POSITIVE_INFINITY)).toBe(true);
      expect(await services.verdict(), `deaths at ${first} and ${second}`).toEqual([]);
      schedules++;
    }
  }
  expect(schedules).toBeGreaterThan(100);
});

test('with relays whose claims run out under them, deaths at random, and a broker at its worst', async () => {
  let deaths = 0;
  for (let seed = 1; seed < 100; seed++) deaths += await relaySurvives(seed);
  expect(deaths).toBeGreaterThan(50);
});

test('a publication settles each message once, each key in order, and nothing behind a failure', () => {
  const message = fc.record({ key: fc.constantFrom(undefined, 'a', 'b'), fails: fc.boolean() });
  const property = fc.property(
    fc.array(message, { maxLength: 12 }),
    fc.array(fc.nat(20)),
    (messages, picks) => {
      const claimed = messages.map(({ key }, n) => ({
        message: { id: `${n}`, topic: 't', key, body: new Uint8Array(0) },
        attempts: 1,
      }));
      const policy = { attemptsMax: 3, delay: 10, delayMax: 100 };
      const publication = new Publication({ token: 't', messages: claimed, again: undefined }, policy);
      const underWay: string[] = [];
      const order: string[] = [];
      for (let step = 0; ; step++) {
        for (const { id, key } of publication.take()) {
          expect(key === undefined || !underWay.some((other) => messages[Number(other)]!.key === key)).toBe(
            true,
          );
          underWay.push(id);
        }
        if (underWay.length === 0) break;
        const [id] = underWay.splice((picks[step] ?? 0) % underWay.length, 1);
        order.push(id!);
        if (messages[Number(id)]!.fails) publication.failed(id!, new Error('no'), 0.5);
        else publication.published(id!);
      }
      expect(publication.outcomes.map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(
        messages.map((_, n) => n),
      );
      for (const key of ['a', 'b']) {
        const ofKey = messages.flatMap((each, n) => (each.key === key ? [n] : []));
        const failing = ofKey.findIndex((n) => messages[n]!.fails);
        const tried = failing === -1 ? ofKey : ofKey.slice(0, failing + 1);
        expect(order.map(Number).filter((n) => messages[n]!.key === key)).toEqual(tried);
      }
    },
  );
  fc.assert(property);
});

test('a broker that is away parks nothing; a message that it never takes is parked, and holds up its key alone', async () => {
  const world = new ManualWorld();
  const database = await openEmbeddedDatabase({ journal: await openMemoryJournal(), world });
  const broker = memoryBroker({ world });
  let away = true;
  const failures: string[] = [];
  const relay = startRelay({
    outbox: database.outbox,
    world,
    broker: {
      publish: async (message) => {
        if (away) throw transactionErrors.create('BROKER_UNAVAILABLE', { message: 'away' });
        if (message.id === 'k1') throw transactionErrors.create('BROKER_REFUSED', { message: 'too large' });
        if (message.id === 'x') throw new Error('some bug');
        return broker.publish(message);
      },
    },
    attemptsMax: 3,
    onFailure: (_, message) => failures.push(message?.id ?? 'outbox'),
  });
  const enqueue = (id: string, key?: string): Promise<void> =>
    database.transact((transaction) =>
      database.outbox.enqueue(transaction, [{ id, topic: 't', key, body: new Uint8Array(0) }]),
    );
  await enqueue('k1', 'k');
  await enqueue('k2', 'k');
  await enqueue('l1', 'l');
  await world.advance('1h');
  expect((await database.outbox.parked()).parked).toEqual([]);
  expect(new Set(failures)).toEqual(new Set(['k1', 'l1']));
  away = false;
  await enqueue('x');
  await world.advance('1h');
  const { parked } = await database.outbox.parked();
  expect(parked.map(({ message: { id }, attempts, reason }) => [id, attempts > 3, reason])).toEqual([
    ['x', false, '3 attempts failed: Error: some bug'],
    ['k1', true, 'too large'],
  ]);
  expect(await database.outbox.backlog()).toMatchObject({ waiting: 1, parked: 2 });
  const deliveries = broker.subscribe({ consumer: 'c', topic: 't' });
  expect((await deliveries.next()).value?.message.id).toBe('l1');
  await database.outbox.discard('k1');
  await world.advance('1ms');
  expect((await deliveries.next()).value?.message.id).toBe('k2');
  expect(relay.figures).toMatchObject({ published: 2, parked: 2 });
  await relay.close();
  expect(world.pendingTimers).toBe(1);
  await broker.close();
  await database.close();
  expect(world.pendingTimers).toBe(0);
});

test('a message is published as soon as it is there, and a relay that is closed leaves nothing behind', async () => {
  const world = new ManualWorld();
  const database = await openEmbeddedDatabase({ journal: await openMemoryJournal(), world });
  const broker = memoryBroker({ world });
  const relay = startRelay({ outbox: database.outbox, broker, world });
  const deliveries = broker.subscribe({ consumer: 'c', topic: 't' });
  const waiting = deliveries.next();
  await world.settle();
  await database.transact((transaction) =>
    database.outbox.enqueue(transaction, [{ id: 'm', topic: 't', body: new Uint8Array(0) }]),
  );
  await world.settle();
  await (await waiting).value?.ack();
  await world.settle();
  expect(relay.figures).toMatchObject({ published: 1, claims: 1 });
  await relay.close();
  await broker.close();
  expect(world.pendingTimers).toBe(0);
  expect(() => startRelay({ outbox: database.outbox, broker, batch: 0 })).toThrow(/batch is 0/);
});
