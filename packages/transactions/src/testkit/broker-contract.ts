import { assert, type Duration, isHoldfastError } from '@holdfast/core';
import type { Broker, BrokerSubscribeOptions, Delivery } from '../outbox/broker.ts';
import type { Message } from '../outbox/message.ts';
import { bytesOf, equal, failsWith, textOf } from './expectations.ts';

/** A broker under test. */
export interface BrokerUnderTest {
  /** A word that begins the topics and consumers of this case alone. */
  readonly prefix: string;
  /** The broker as a client sees it. Those opened before stay in use. The harness closes them all. */
  open(): Promise<Broker>;
  /** Lets time pass. */
  sleep(duration: Duration): Promise<void>;
  /** Kills what keeps the messages, and starts it again. Clients that are open stay in use. */
  restart?(): Promise<void>;
}

/** One promise of a `Broker`. */
export interface BrokerCase {
  readonly name: string;
  /** Leave it out where the engine has not all of them. */
  readonly needs: readonly 'restart'[];
  /** Rejects unless the broker keeps it. While it runs, time has to pass. */
  run(under: Required<BrokerUnderTest>): Promise<void>;
}

type Deliveries = AsyncIterableIterator<Delivery>;

const message = (topic: string, id: string): Message => ({ id, topic, body: bytesOf(id) });

const copies = (delivered: readonly string[]): string => [...new Set(delivered)].sort().join(' ');

/** Publishes it again as long as nobody knows whether it was taken. */
async function publishSurely(under: BrokerUnderTest, broker: Broker, message: Message): Promise<void> {
  for (;;) {
    try {
      return await broker.publish(message);
    } catch (error) {
      if (!isHoldfastError(error) || error.code !== 'BROKER_UNAVAILABLE') throw error;
      await under.sleep('100ms');
    }
  }
}

/** Takes deliveries and acknowledges them until `count` different messages have come. Their ids, with copies. */
async function drain(deliveries: Deliveries, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (new Set(ids).size < count) {
    const delivery = await take(deliveries);
    // Lost, it makes a copy come, which is acknowledged in its turn.
    await delivery.ack().catch(() => {});
    ids.push(delivery.message.id);
  }
  return ids;
}

/** Takes deliveries and acknowledges them until all of `ids` have come. */
async function drainThrough(deliveries: Deliveries, ids: readonly string[]): Promise<void> {
  const awaited = new Set(ids);
  while (awaited.size > 0) for (const id of await drain(deliveries, 1)) awaited.delete(id);
}

async function take(deliveries: Deliveries): Promise<Delivery> {
  const { value, done } = await deliveries.next();
  assert(done !== true, 'the subscription goes on');
  return value as Delivery;
}

/** The next delivery within `limit`, if there is one. Takes one that comes later all the same: leave it then. */
async function within(
  under: BrokerUnderTest,
  deliveries: Deliveries,
  limit: Duration,
): Promise<Delivery | undefined> {
  const next = take(deliveries);
  next.catch(() => {});
  return Promise.race([next, under.sleep(limit).then(() => undefined)]);
}

async function parkedIds(broker: Broker, consumer: string): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
    const page = await broker.parked(consumer, { after, limit: 2 });
    found.push(...page.parked.map((each) => each.message.id));
    after = page.next;
  }
  return found;
}

/** Waits until the parked messages of a consumer are those. */
async function untilParked(
  under: BrokerUnderTest,
  broker: Broker,
  consumer: string,
  expected: string,
): Promise<void> {
  for (let n = 0; ; n++) {
    const ids = (await parkedIds(broker, consumer)).join(' ');
    if (ids === expected || n === 100) return equal(ids, expected, 'what is parked');
    await under.sleep('100ms');
  }
}

/**
 * What every `Broker` has to keep, as cases for any test runner; those whose `needs` the engine cannot give are left out:
 *
 *     for (const { name, run } of brokerContract) test(name, () => run(newSubject()));
 */
export const brokerContract: readonly BrokerCase[] = [
  {
    name: 'delivers messages as they were',
    needs: [],
    async run({ open, prefix }) {
      const [publisher, consumer] = [await open(), await open()];
      const headers = { 'saga-id': 's1', other: 'a: "quoted" value' };
      const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const whole: Message = { id: `${prefix}-1 ä`, topic: `${prefix}.a-b.c_d`, key: 'key ä', headers, body };
      await publisher.publish(whole);
      await publisher.publish({ id: `${prefix}2`, topic: `${prefix}.e`, body: new Uint8Array(0) });
      const deliveries = consumer.subscribe({ consumer: `${prefix}c`, topic: `${prefix}.>` });
      const found = new Map<string, Message>();
      while (found.size < 2) {
        const delivery = await take(deliveries);
        equal(delivery.attempt, 1, 'the attempt');
        found.set(delivery.message.id, delivery.message);
        await delivery.ack();
      }
      const first = found.get(whole.id)!;
      equal({ ...first, body: [...first.body] }, { ...whole, body: [...body] }, 'the message');
      const second = found.get(`${prefix}2`)!;
      equal([second.key, second.headers ?? {}, second.body.length], [undefined, {}, 0], 'an empty one');
    },
  },
  {
    name: 'keeps the place of a consumer, whoever is subscribed',
    needs: [],
    async run({ open, prefix }) {
      const broker = await open();
      const options = { consumer: `${prefix}c`, topic: `${prefix}.t` };
      for (let n = 0; n < 5; n++) await broker.publish(message(`${prefix}.t`, `${prefix}${n}`));
      const first = broker.subscribe(options);
      await drain(first, 5);
      await first.return?.();
      for (let n = 5; n < 8; n++) await broker.publish(message(`${prefix}.t`, `${prefix}${n}`));
      const second = (await open()).subscribe(options);
      equal(copies(await drain(second, 3)), [5, 6, 7].map((n) => prefix + n).join(' '), 'what comes next');
      const waiting = drain(second, 1);
      await broker.publish(message(`${prefix}.t`, `${prefix}8`));
      equal(copies(await waiting), `${prefix}8`, 'what comes while it waits');
    },
  },
  {
    name: 'gives each consumer all of it, and shares it among the subscriptions of one',
    needs: [],
    async run({ open, prefix }) {
      const broker = await open();
      const topic = `${prefix}.t`;
      const shared = [broker, await open()].map((each) =>
        each.subscribe({ consumer: `${prefix}shared`, topic, inFlightMax: 4 }),
      );
      const own = broker.subscribe({ consumer: `${prefix}own`, topic });
      const seen: string[] = [];
      const workers = shared.map(async (deliveries) => {
        for await (const delivery of deliveries) {
          seen.push(delivery.message.id);
          await delivery.ack();
          if (new Set(seen).size === 30) break;
        }
      });
      for (const worker of workers) worker.catch(() => {});
      for (let n = 0; n < 30; n++) await broker.publish(message(topic, `${prefix}${n}`));
      equal(new Set(await drain(own, 30)).size, 30, 'what the one consumer got');
      await Promise.race(workers);
      equal(new Set(seen).size, 30, 'what the other one got');
    },
  },
  {
    name: 'knows topics by their words',
    needs: [],
    async run({ open, prefix }) {
      const broker = await open();
      for (const topic of ['a', 'a.b', 'a.c', 'a.b.c', 'ab.b']) {
        await broker.publish(message(`${prefix}.${topic}`, `${prefix} ${topic}`));
      }
      const expected = [
        ['a.b', 'a.b'],
        ['a.*', 'a.b a.c'],
        ['*.b', 'a.b ab.b'],
        ['a.>', 'a.b a.b.c a.c'],
        ['>', 'a a.b a.b.c a.c ab.b'],
      ] as const;
      for (const [index, [topic, found]] of expected.entries()) {
        const deliveries = broker.subscribe({ consumer: `${prefix}${index}`, topic: `${prefix}.${topic}` });
        const ids = await drain(deliveries, found.split(' ').length);
        equal(
          copies(ids),
          found
            .split(' ')
            .map((each) => `${prefix} ${each}`)
            .join(' '),
          topic,
        );
        await deliveries.return?.();
      }
    },
  },
  {
    name: 'delivers again what is not acknowledged, after its delay',
    needs: [],
    async run(under) {
      const { open, prefix } = under;
      const broker = await open();
      await broker.publish(message(`${prefix}.t`, `${prefix}1`));
      const deliveries = broker.subscribe({ consumer: `${prefix}c`, topic: `${prefix}.t` });
      await (await take(deliveries)).nak('not now');
      const second = await take(deliveries);
      equal([second.message.id, second.attempt], [`${prefix}1`, 2], 'the second delivery');
      await second.nak('not yet', '1s');
      await second.ack();
      const third = await take(deliveries);
      equal(third.attempt, 3, 'the third delivery, as the first way to settle it counts');
      equal(textOf(third.message.body), `${prefix}1`, 'its body');
      await third.ack();
      equal(await within(under, deliveries, '1s'), undefined, 'what comes after it was acknowledged');
      equal(await parkedIds(broker, `${prefix}c`), [], 'what is parked');
    },
  },
  {
    name: 'delivers again what was not settled in time, also when its subscription is gone',
    needs: [],
    async run({ open, prefix }) {
      const broker = await open();
      const options = { consumer: `${prefix}c`, topic: `${prefix}.t`, settleWithin: '1s' } as const;
      await broker.publish(message(`${prefix}.t`, `${prefix}1`));
      const deliveries = broker.subscribe(options);
      equal((await take(deliveries)).attempt, 1, 'the first delivery');
      const second = await take(deliveries);
      assert(second.attempt >= 2, 'the second delivery');
      await deliveries.return?.();
      const others = (await open()).subscribe(options);
      const third = await take(others);
      assert(third.attempt > second.attempt, 'the delivery to another one');
      await third.ack();
    },
  },
  {
    name: 'parks what was delivered as often as it may be, until an operator retries or discards it',
    needs: [],
    async run(under) {
      const { open, prefix } = under;
      const broker = await open();
      const topic = `${prefix}.t`;
      const consumer = `${prefix}c`;
      for (const n of [1, 2, 3])
        await broker.publish({ ...message(topic, `${prefix}${n}`), key: 'k', headers: { h: 'v' } });
      const deliveries = broker.subscribe({ consumer, topic, deliveriesMax: 2, inFlightMax: 1 });
      for (let n = 0; n < 6; n++) {
        const delivery = await take(deliveries);
        await delivery.nak(`no ${delivery.message.id}`);
      }
      await untilParked(under, broker, consumer, `${prefix}1 ${prefix}2 ${prefix}3`);
      const {
        parked: [first],
      } = await broker.parked(consumer);
      equal([first!.attempts, first!.reason], [2, `no ${prefix}1`], 'what is known of it');
      const { id, topic: where, key, headers, body } = first!.message;
      equal(
        [id, where, key, headers, textOf(body)],
        [`${prefix}1`, topic, 'k', { h: 'v' }, `${prefix}1`],
        'it',
      );
      equal(await broker.retry(consumer, 'unknown'), false, 'a retry of what is not there');
      equal(await broker.retry(consumer, `${prefix}2`), true, 'a retry');
      const again = await take(deliveries);
      equal([again.message.id, textOf(again.message.body)], [`${prefix}2`, `${prefix}2`], 'what comes again');
      await again.ack();
      equal(await broker.discard(consumer, `${prefix}1`), true, 'dropping one');
      equal(await broker.discard(consumer, `${prefix}1`), false, 'dropping it again');
      await untilParked(under, broker, consumer, `${prefix}3`);
    },
  },
  {
    name: 'parks at once what it is told to, for that consumer alone',
    needs: [],
    async run(under) {
      const { open, prefix } = under;
      const broker = await open();
      await broker.publish(message(`${prefix}.t`, `${prefix}1`));
      const deliveries = broker.subscribe({ consumer: `${prefix}c`, topic: `${prefix}.t` });
      await (await take(deliveries)).park('of no use');
      await untilParked(under, broker, `${prefix}c`, `${prefix}1`);
      equal((await broker.parked(`${prefix}c`)).parked[0]!.reason, 'of no use', 'the reason');
      const others = broker.subscribe({ consumer: `${prefix}d`, topic: `${prefix}.t` });
      equal(await drain(others, 1), [`${prefix}1`], 'what another consumer gets');
      equal(await parkedIds(broker, `${prefix}d`), [], 'what it has parked');
      equal(await within(under, deliveries, '500ms'), undefined, 'what comes after it was parked');
    },
  },
  {
    name: 'one at a time, messages come in the order of publication, also those that come again',
    needs: [],
    async run({ open, prefix }) {
      const broker = await open();
      const topic = `${prefix}.t`;
      for (let n = 0; n < 10; n++) await broker.publish(message(topic, `${prefix}${n}`));
      const seen: string[] = [];
      const deliveries = broker.subscribe({ consumer: `${prefix}c`, topic, inFlightMax: 1 });
      while (seen.length < 10) {
        const delivery = await take(deliveries);
        if (delivery.attempt === 1 && seen.length % 3 === 0) {
          await delivery.nak('not now', '200ms');
        } else {
          await delivery.ack();
          seen.push(delivery.message.id);
        }
      }
      equal(
        seen,
        Array.from({ length: 10 }, (_, n) => `${prefix}${n}`),
        'the order in which they were settled',
      );
    },
  },
  {
    name: 'has no more deliveries under way than it may',
    needs: [],
    async run(under) {
      const { open, prefix } = under;
      const broker = await open();
      for (let n = 0; n < 6; n++) await broker.publish(message(`${prefix}.t`, `${prefix}${n}`));
      const deliveries = broker.subscribe({ consumer: `${prefix}c`, topic: `${prefix}.t`, inFlightMax: 3 });
      const taken = [await take(deliveries), await take(deliveries), await take(deliveries)];
      const next = take(deliveries);
      next.catch(() => {});
      const early = await Promise.race([next.then(() => true), under.sleep('1s').then(() => false)]);
      equal(early, false, 'whether a fourth one comes before one is settled');
      await taken[1]!.ack();
      await (await next).ack();
      await taken[0]!.ack();
      await taken[2]!.ack();
      await drain(deliveries, 2);
    },
  },
  {
    name: 'a subscription ends when it is left, with its signal and with its broker',
    needs: [],
    async run({ open, prefix }) {
      const broker = await open();
      const abort = new AbortController();
      const subscribe = (consumer: string, more: Partial<BrokerSubscribeOptions> = {}): Deliveries =>
        broker.subscribe({ consumer: prefix + consumer, topic: `${prefix}.t`, ...more });
      const [left, aborted, closed] = [
        subscribe('a'),
        subscribe('b', { signal: abort.signal }),
        subscribe('c'),
      ];
      const waits = [left.next(), aborted.next(), closed.next()] as const;
      for (const wait of waits) wait.catch(() => {});
      await left.return?.();
      equal((await waits[0]).done, true, 'whether one that was left is done');
      abort.abort();
      await failsWith('ABORTED', waits[1], 'a wait whose signal aborts');
      equal((await aborted.next()).done, true, 'whether it is done then');
      await broker.close();
      await failsWith('BROKER_CLOSED', waits[2], 'a wait whose broker is closed');
      await failsWith('BROKER_CLOSED', broker.publish(message(`${prefix}.t`, 'x')), 'publishing');
      await broker.close();
    },
  },
  {
    name: 'refuses at once what cannot work',
    needs: [],
    async run({ open, prefix }) {
      const broker = await open();
      const topic = `${prefix}.t`;
      const bad: readonly Partial<Message>[] = [
        { id: '' },
        { topic: '' },
        { topic: `${topic}.*` },
        { topic: `${topic}..x` },
        { key: '' },
        { headers: { a: 'x\ny' } },
        { body: 'text' as never },
      ];
      for (const part of bad) {
        const attempt = broker.publish({ ...message(topic, 'x'), ...part });
        await failsWith('INVALID_ARGUMENT', attempt, JSON.stringify(part));
      }
      for (const part of [
        { consumer: 'a.b' },
        { consumer: '' },
        { topic: 'a..b' },
        { topic: '>.a' },
        { inFlightMax: 0 },
      ]) {
        const attempt = (async () => broker.subscribe({ consumer: `${prefix}c`, topic, ...part }).next())();
        await failsWith('INVALID_ARGUMENT', attempt, JSON.stringify(part));
      }
      await failsWith('ABORTED', broker.publish(message(topic, 'x'), AbortSignal.abort()), 'an aborted call');
    },
  },
  {
    name: 'keeps through a crash of what keeps the messages those it has taken, and the places of consumers',
    needs: ['restart'],
    async run(under) {
      const { open, restart, prefix } = under;
      const broker = await open();
      const options = { consumer: `${prefix}c`, topic: `${prefix}.t`, settleWithin: '2s' } as const;
      for (let n = 0; n < 6; n++) await broker.publish(message(`${prefix}.t`, `${prefix}${n}`));
      const before = broker.subscribe({ ...options, inFlightMax: 1 });
      await drain(before, 2);
      await restart();
      await publishSurely(under, broker, message(`${prefix}.t`, `${prefix}6`));
      // Those acknowledged just before the crash may come again.
      await drainThrough(
        before,
        [2, 3, 4, 5, 6].map((n) => prefix + n),
      );
      const waiting = drainThrough(before, [`${prefix}7`]);
      await restart();
      await publishSurely(under, await open(), message(`${prefix}.t`, `${prefix}7`));
      await waiting;
    },
  },
];
