// Goal: through this adapter NATS JetStream keeps the contract of brokers, also when its server is killed. Method: the
// contract suite on a server of the test's own, which is killed and started again; and what is the adapter's own.
import { sleep } from '@holdfast/core';
import type { Broker } from '@holdfast/transactions';
import { type BrokerUnderTest, brokerContract } from '@holdfast/transactions/testkit';
import { jetstream } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { natsBroker } from '../src/index.ts';
import { PrivateNats } from './private-nats.ts';

let nats: PrivateNats;
beforeAll(async () => {
  nats = await PrivateNats.start(process.env['HOLDFAST_NATS_SERVER']!);
});
afterAll(() => nats.dispose());

const opened: Broker[] = [];
afterEach(async () => {
  for (const broker of opened.splice(0)) await broker.close();
});

async function open(): Promise<Broker> {
  const broker = await natsBroker({ connection: await nats.connect() });
  opened.push(broker);
  return broker;
}

describe('it keeps the contract', () => {
  let count = 0;
  test.each(brokerContract.map(({ name, run }) => [name, run] as const))(
    '%s',
    async (_name, run) => {
      const under: BrokerUnderTest = { prefix: `case${++count}`, open, sleep, restart: () => nats.restart() };
      await run(under as Required<BrokerUnderTest>);
    },
    60_000,
  );
});

describe('what is its own', () => {
  test('a copy within the window of duplicates is dropped by the server', async () => {
    const broker = await open();
    const message = { id: 'twice', topic: 'own.twice', body: new Uint8Array(1) };
    for (let n = 0; n < 3; n++) await broker.publish(message);
    await broker.publish({ ...message, id: 'last' });
    const deliveries = broker.subscribe({ consumer: 'own-twice', topic: 'own.twice', inFlightMax: 1 });
    for (const id of ['twice', 'last']) {
      const { value } = await deliveries.next();
      expect(value?.message.id).toBe(id);
      await value?.ack();
    }
  });

  test('messages of other programs are delivered too', async () => {
    const broker = await open();
    await jetstream(await nats.connect()).publish('holdfast.own.foreign', 'plain', { msgID: '100%' });
    await jetstream(await nats.connect()).publish('holdfast.own.foreign', 'without an id');
    const deliveries = broker.subscribe({ consumer: 'own-foreign', topic: 'own.foreign', inFlightMax: 1 });
    const first = (await deliveries.next()).value;
    expect(first?.message).toMatchObject({ id: '100%', topic: 'own.foreign', headers: {} });
    await first?.ack();
    const second = (await deliveries.next()).value;
    expect(second?.message.id).toMatch(/^holdfast\/\d+$/);
    await second?.ack();
  });

  test('what the server never takes is refused, and a stream of other subjects as well', async () => {
    const broker = await open();
    const large = { id: 'large', topic: 'own.large', body: new Uint8Array(2 * 2 ** 20) };
    await expect(broker.publish(large)).rejects.toMatchObject({ code: 'BROKER_REFUSED' });
    const connection = await nats.connect();
    await expect(natsBroker({ connection, stream: 'a.b' })).rejects.toThrow(/stream is "a.b"/);
    await expect(natsBroker({ connection, replicas: 6 })).rejects.toThrow(/replicas is 6/);
    await expect(natsBroker({ connection, replicas: 3, stream: 'three' })).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
    });
  });

  test('a call to a server that is away ends, and what is published again after that arrives', async () => {
    const broker = await open();
    await nats.kill();
    const message = { id: 'away', topic: 'own.away', body: new Uint8Array(1) };
    const aborted = broker.publish(message, AbortSignal.timeout(200));
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' });
    await nats.start();
    for (let published = false; !published; ) {
      published = await broker.publish(message).then(
        () => true,
        (error: { code: string }) => {
          expect(error.code).toBe('BROKER_UNAVAILABLE');
          return false;
        },
      );
    }
    const deliveries = broker.subscribe({ consumer: 'own-away', topic: 'own.away' });
    expect((await deliveries.next()).value?.message.id).toBe('away');
  });
});
