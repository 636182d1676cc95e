// Goal: the memory broker keeps the contract, and its bound. Method: the contract suite under a clock that the test moves.
import { ManualWorld, sleep } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { memoryBroker } from '../../src/index.ts';
import { type BrokerUnderTest, brokerContract } from '../../src/testkit/index.ts';

const message = (id: string) => ({ id, topic: 't', body: new Uint8Array(0) });

describe('it keeps the contract', () => {
  const cases = brokerContract.filter(({ needs }) => needs.length === 0);
  test.each(cases.map(({ name, run }) => [name, run] as const))('%s', async (_name, run) => {
    const world = new ManualWorld();
    const first = memoryBroker({ world });
    const opened = [first];
    const under: BrokerUnderTest = {
      prefix: 'case',
      open: async () => {
        opened.push(first.client());
        return opened.at(-1)!;
      },
      sleep: (duration) => sleep(duration, { world }),
    };
    let over = false;
    const work = run(under as Required<BrokerUnderTest>).finally(() => {
      over = true;
    });
    work.catch(() => {});
    await world.settle();
    while (!over) await world.advance('10ms');
    await work;
    for (const each of opened) await each.close();
    // What is left are the sleeps of the case itself.
    await world.advance('1h');
    expect(world.pendingTimers).toBe(0);
  });
});

test('the oldest message goes when there is no room, unless a consumer has not had it', async () => {
  const broker = memoryBroker({ world: new ManualWorld(), keptMax: 2 });
  const deliveries = broker.subscribe({ consumer: 'c', topic: '>' });
  await broker.publish(message('1'));
  await broker.publish(message('2'));
  await expect(broker.publish(message('3'))).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
  const first = await deliveries.next();
  await broker.publish(message('3'));
  expect(first.value?.message.id).toBe('1');
  const others = broker.subscribe({ consumer: 'd', topic: '>' });
  expect((await others.next()).value?.message.id).toBe('2');
  await broker.close();
});
