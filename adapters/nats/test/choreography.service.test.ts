// Goal: a choreographed saga runs on NATS JetStream as it does in memory: each booking is complete on all sides or on none.
// Method: two services with databases of their own, over a real server that is killed and started again meanwhile, behind a
// broker that duplicates, delays and reorders.
import { platformWorld, seededRandom, sleep } from '@holdfast/core';
import { openMemoryJournal } from '@holdfast/storage';
import {
  type Broker,
  beginSaga,
  type EmbeddedDatabase,
  openEmbeddedDatabase,
  openEventStore,
  type RunningService,
  runService,
  startMonitor,
} from '@holdfast/transactions';
import { troubledBroker } from '@holdfast/transactions/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { natsBroker } from '../src/index.ts';
import { PrivateNats } from './private-nats.ts';
import { airline, hotel, seats, tripIds, trips } from './trips.ts';

let nats: PrivateNats;
beforeAll(async () => {
  nats = await PrivateNats.start(process.env['HOLDFAST_NATS_SERVER']!);
});
afterAll(() => nats.dispose());

test('each trip is booked on both sides or on none, while events come twice, late and in other orders, and the server is killed', async () => {
  const random = seededRandom(1);
  const brokers: Broker[] = [];
  const running: RunningService[] = [];
  const troubled = async (): Promise<Broker> => {
    const broker = await natsBroker({ connection: await nats.connect() });
    brokers.push(broker);
    const trouble = { duplicated: 0.2, delayed: 0.2, lost: 0.1, delayMax: '300ms' } as const;
    return troubledBroker(certain(broker), { world: platformWorld(), random, ...trouble });
  };
  const databases = new Map<string, EmbeddedDatabase>();
  for (const service of [hotel, airline]) {
    const database = await openEmbeddedDatabase({ journal: await openMemoryJournal() });
    databases.set(service.name, database);
    const { inbox, outbox } = database;
    running.push(
      runService({
        choreography: trips,
        service,
        broker: await troubled(),
        transactor: database,
        inbox,
        outbox,
        settleWithin: '2s',
        deliveriesMax: 1_000,
        relay: { lookEvery: '500ms', delayMax: '1s' },
      }),
    );
  }
  const store = await openEventStore({ journal: await openMemoryJournal() });
  const monitor = startMonitor({ choreography: trips, broker: await troubled(), store });

  const { inbox, outbox } = databases.get('hotel')!;
  for (const [n, sagaId] of tripIds.entries()) {
    await databases.get('hotel')!.transact((transaction) =>
      beginSaga(transaction, {
        choreography: trips,
        inbox,
        outbox,
        service: 'hotel',
        sagaId,
        type: 'trip.wanted',
        data: null,
      }),
    );
    if (n === 10 || n === 20) await nats.restart();
    await sleep('20ms');
  }
  const outcomes = new Map<string, string | undefined>();
  while (outcomes.size < tripIds.length) {
    for (const id of tripIds) {
      const { status, outcome } = await monitor.where(id);
      if (status === 'ended') outcomes.set(id, outcome);
    }
    await sleep('100ms');
  }
  const keys = (name: string, table: string): Promise<string[]> =>
    databases
      .get(name)!
      .transact(async (transaction) => Array.from(transaction.rows(table), ([key]) => key).sort());
  const booked = tripIds.filter((id) => outcomes.get(id) === 'booked').sort();
  expect(booked).toHaveLength(seats);
  expect(await keys('hotel', 'rooms')).toEqual(booked);
  expect(await keys('airline', 'seats')).toEqual(booked);
  for (const each of running) await each.close();
  await monitor.close();
  for (const broker of brokers) await broker.close();
  for (const each of databases.values()) await each.close();
}, 120_000);

/** `broker`, which publishes what it was given until the server has it: as a broker that has taken a message does. */
function certain(broker: Broker): Broker {
  return {
    publish: async (message) => {
      for (;;) {
        try {
          return await broker.publish(message);
        } catch (error) {
          if ((error as { code: string }).code !== 'BROKER_UNAVAILABLE') throw error;
          await sleep('50ms');
        }
      }
    },
    subscribe: (options) => broker.subscribe(options),
    parked: (consumer, options) => broker.parked(consumer, options),
    retry: (consumer, id) => broker.retry(consumer, id),
    discard: (consumer, id) => broker.discard(consumer, id),
    close: () => broker.close(),
  };
}
