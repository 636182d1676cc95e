import { assert } from '@holdfast/core';
import type { EventPage, EventStore, NewEvent, StoredEvent } from '../event-sourcing/event-store.ts';
import { equal, failsWith } from './expectations.ts';

/** An event store under test. Its streams begin with `prefix`, and so does nothing else in it. */
export interface EventStoreUnderTest {
  readonly prefix: string;
  /** Opens the store; where the engine is for one owner, it has been closed or crashed before. */
  open(): Promise<EventStore>;
  /** Ends a store as if its process had been killed. */
  crash(store: EventStore): Promise<void>;
  /** Another one, in use at the same time. */
  another?(): Promise<EventStore>;
}

/** One promise of an `EventStore`. */
export interface EventStoreCase {
  readonly name: string;
  /** Leave it out where the engine has not all of them. */
  readonly needs: readonly 'another'[];
  /** Rejects unless the store keeps it. */
  run(under: Required<EventStoreUnderTest>): Promise<void>;
}

const event = (id: string, data: NewEvent['data'] = null): NewEvent => ({ id, type: 'happened', data });

const ids = (events: readonly StoredEvent[]): string => events.map(({ id }) => id).join(' ');

/** The ids of all events after `position`, page by page. */
async function all(store: EventStore, prefix: string, after = 0, limit = 3): Promise<string[]> {
  const found: string[] = [];
  for (let page: EventPage | undefined; page?.more !== false; ) {
    page = await store.readAll({ prefix, after: page?.position ?? after, limit });
    assert(page.events.length <= limit, 'a page has no more events than asked for');
    for (const each of page.events) {
      assert(each.position > after, 'positions ascend');
      after = each.position;
      found.push(each.id);
    }
    assert(page.position >= after, 'a page ends behind its events');
    after = page.position;
  }
  return found;
}

/** The ids of the next `count` events of a subscription. */
async function take(subscription: AsyncIterableIterator<EventPage>, count: number): Promise<string[]> {
  const found: string[] = [];
  while (found.length < count) {
    const { value, done } = await subscription.next();
    assert(done !== true, `the subscription goes on after ${found.length} of ${count} events`);
    found.push(...(value as EventPage).events.map(({ id }) => id));
  }
  return found;
}

/**
 * What every `EventStore` has to keep, as cases for any test runner:
 *
 *     for (const { name, run } of eventStoreContract) test(name, () => run(newSubject()));
 */
export const eventStoreContract: readonly EventStoreCase[] = [
  {
    name: 'appends events to a stream, and gives them back as they were',
    needs: [],
    async run({ open, prefix }) {
      const store = await open();
      const stream = `${prefix}order-1`;
      const data = { text: 'ä\u0000\n"𝄞', number: 1.5, list: [1, null, true, {}], nested: { a: { b: [] } } };
      const metadata = { correlationId: 'c1', causationId: 'c0' };
      const first = await store.append(stream, 'none', [
        { id: `${prefix}1`, type: 'placed', schemaVersion: 3, data, metadata },
        { type: 'paid', data: 7 },
      ]);
      equal([first.version, first.duplicate], [2, false], 'the first append');
      const second = await store.append(stream, 2, [{ type: 'shipped', data: 'text' }]);
      equal(second.version, 3, 'the version after the second append');
      assert(second.position > first.position, 'positions ascend');
      const { events, version, more } = await store.read(stream);
      equal([version, more], [3, false], 'the stream');
      equal(
        events.map((each) => each.version),
        [1, 2, 3],
        'the versions',
      );
      equal(
        events.map(({ type }) => type),
        ['placed', 'paid', 'shipped'],
        'the types',
      );
      equal(
        events.map(({ data }) => data),
        [data, 7, 'text'],
        'the data',
      );
      equal(
        events.map((each) => each.schemaVersion),
        [3, 1, 1],
        'the versions of their forms',
      );
      equal(
        events.map((each) => each.metadata),
        [metadata, {}, {}],
        'the metadata',
      );
      equal(
        events.map((each) => each.stream),
        [stream, stream, stream],
        'their stream',
      );
      equal([events[1]!.position, events[2]!.position], [first.position, second.position], 'the positions');
      equal(events[0]!.id, `${prefix}1`, 'an id that was given');
      assert(new Set(events.map(({ id }) => id)).size === 3, 'ids are unique');
      assert(
        events.every(({ recordedAt }) => Number.isSafeInteger(recordedAt)),
        'they tell when',
      );
      await store.close();
    },
  },
  {
    name: 'appends only to the version that is expected',
    needs: [],
    async run({ open, prefix }) {
      const store = await open();
      const stream = `${prefix}s`;
      const conflict = async (expected: Parameters<EventStore['append']>[1]): Promise<void> =>
        failsWith(
          'EVENT_STREAM_CONFLICT',
          store.append(stream, expected, [event(`${prefix}x`)]),
          `${expected}`,
        );
      await conflict('exists');
      await conflict(1);
      await store.append(stream, 0, [event(`${prefix}a`)]);
      await conflict('none');
      await conflict(0);
      await conflict(2);
      await store.append(stream, 1, [event(`${prefix}b`)]);
      await store.append(stream, 'exists', [event(`${prefix}c`)]);
      await store.append(stream, 'any', [event(`${prefix}d`)]);
      await store.append(`${stream}2`, 'any', [event(`${prefix}e`)]);
      equal(
        ids((await store.read(stream)).events),
        `${prefix}a ${prefix}b ${prefix}c ${prefix}d`,
        'the stream',
      );
      await store.close();
    },
  },
  {
    name: 'lets one of many appends at one version through',
    needs: [],
    async run({ open, prefix }) {
      const store = await open();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => store.append(`${prefix}s`, 'none', [event(`${prefix}${n}`)])),
      );
      equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1, 'how many were taken');
      equal((await store.read(`${prefix}s`)).version, 1, 'the version');
      await store.close();
    },
  },
  {
    name: 'takes an append that is repeated for the one that it was',
    needs: [],
    async run({ open, prefix }) {
      const store = await open();
      const stream = `${prefix}s`;
      const batch = [event(`${prefix}a`), event(`${prefix}b`)];
      const first = await store.append(stream, 'none', batch);
      await store.append(stream, 2, [event(`${prefix}c`)]);
      for (const expected of ['none', 'any', 'exists', 0, 3, 17] as const) {
        const again = await store.append(stream, expected, batch);
        equal(again, { ...first, duplicate: true }, `the append with ${expected}`);
      }
      equal((await store.append(stream, 2, [event(`${prefix}c`)])).version, 3, 'one event of it');
      const bad: readonly (readonly [string, readonly NewEvent[]])[] = [
        [stream, [event(`${prefix}b`), event(`${prefix}a`)]],
        [stream, [event(`${prefix}a`), event(`${prefix}new`)]],
        [stream, [event(`${prefix}new`), event(`${prefix}a`)]],
        [stream, [event(`${prefix}a`), event(`${prefix}c`)]],
        [`${stream}2`, batch],
      ];
      for (const [where, events] of bad) {
        await failsWith(
          'EVENT_ID_CONFLICT',
          store.append(where, 'any', events),
          `${where}: ${events.length}`,
        );
      }
      await failsWith(
        'INVALID_ARGUMENT',
        store.append(stream, 'any', [event(`${prefix}n`), event(`${prefix}n`)]),
        'an id twice in one append',
      );
      equal(await all(store, prefix), [`${prefix}a`, `${prefix}b`, `${prefix}c`], 'the events');
      await store.close();
    },
  },
  {
    name: 'counts an append that comes twice at once as one',
    needs: [],
    async run({ open, prefix }) {
      const store = await open();
      const twice = [1, 2, 3].map(() => store.append(`${prefix}s`, 'none', [event(`${prefix}a`)]));
      const results = await Promise.all(twice);
      equal(results.filter(({ duplicate }) => !duplicate).length, 1, 'how many were the first');
      equal((await store.read(`${prefix}s`)).version, 1, 'the version');
      await store.close();
    },
  },
  {
    name: 'reads a stream in both directions, from any version, page by page',
    needs: [],
    async run({ open, prefix }) {
      const store = await open();
      const stream = `${prefix}s`;
      await store.append(
        stream,
        'any',
        Array.from({ length: 7 }, (_, n) => event(`${prefix}${n + 1}`)),
      );
      await store.append(`${stream}2`, 'any', [event(`${prefix}other`)]);
      const versions = async (options: Parameters<EventStore['read']>[1]): Promise<string> => {
        const { events, version, more } = await store.read(stream, options);
        return `${events.map((each) => each.version).join('')} ${version}${more ? ' more' : ''}`;
      };
      equal(await versions({}), '1234567 7', 'all of it');
      equal(await versions({ limit: 3 }), '123 7 more', 'the first page');
      equal(await versions({ from: 4, limit: 3 }), '456 7 more', 'the second page');
      equal(await versions({ from: 7, limit: 3 }), '7 7', 'the last page');
      equal(await versions({ from: 5, limit: 3 }), '567 7', 'a last page that is full');
      equal(await versions({ from: 8 }), ' 7', 'from beyond its end');
      equal(await versions({ direction: 'backwards' }), '7654321 7', 'all of it backwards');
      equal(await versions({ direction: 'backwards', limit: 2 }), '76 7 more', 'the last two');
      equal(await versions({ direction: 'backwards', from: 5, limit: 2 }), '54 7 more', 'from 5 backwards');
      equal(await versions({ direction: 'backwards', from: 2 }), '21 7', 'from 2 backwards');
      equal(
        await versions({ direction: 'backwards', from: 100, limit: 1 }),
        '7 7 more',
        'from beyond backwards',
      );
      equal(
        await store.read(`${prefix}none`),
        { events: [], version: 0, more: false },
        'a stream that is not',
      );
      await store.close();
    },
  },
  {
    name: 'reads all streams in one order, from any position',
    needs: [],
    async run({ open, prefix }) {
      const store = await open();
      const expected: string[] = [];
      const positions: number[] = [];
      for (let n = 0; n < 12; n++) {
        const { position } = await store.append(`${prefix}${n % 3}-s`, 'any', [event(`${prefix}${n}`)]);
        expected.push(`${prefix}${n}`);
        positions.push(position);
      }
      equal(await all(store, prefix), expected, 'all of them');
      for (const limit of [1, 5, 12, 1_000])
        equal(await all(store, prefix, 0, limit), expected, `by ${limit}`);
      for (const n of [0, 5, 11]) {
        equal(await all(store, prefix, positions[n]!), expected.slice(n + 1), `those after number ${n}`);
      }
      const second = expected.filter((_, n) => n % 3 === 1);
      equal(await all(store, `${prefix}1-`), second, 'those of some streams');
      const end = await store.readAll({ prefix: `${prefix}1-`, after: positions[10]! });
      assert(end.position >= positions[10]!, 'a page never goes back');
      equal([end.events.length, end.more], [0, false], 'the end');
      await store.close();
    },
  },
  {
    name: 'keeps through a crash what it has accepted',
    needs: [],
    async run({ open, crash, prefix }) {
      const store = await open();
      const batch = [event(`${prefix}a`), event(`${prefix}b`)];
      const first = await store.append(`${prefix}s`, 'none', batch);
      await store.append(`${prefix}t`, 'none', [event(`${prefix}c`)]);
      const before = await store.readAll({ prefix });
      await crash(store);
      const successor = await open();
      equal((await successor.readAll({ prefix })).events, before.events, 'the events');
      equal(
        await successor.append(`${prefix}s`, 'none', batch),
        { ...first, duplicate: true },
        'a repetition',
      );
      const next = await successor.append(`${prefix}s`, 2, [event(`${prefix}d`)]);
      equal(next.version, 3, 'the next version');
      assert(next.position > before.position, 'positions ascend');
      await successor.close();
      const last = await open();
      equal(
        await all(last, prefix),
        ['a', 'b', 'c', 'd'].map((id) => prefix + id),
        'all of them',
      );
      await last.close();
    },
  },
  {
    name: 'a subscription tells of what there is and of what comes, each once and in order',
    needs: [],
    async run({ open, prefix }) {
      const store = await open();
      const append = (n: number): Promise<unknown> =>
        store.append(`${prefix}${n % 4}`, 'any', [event(`${prefix}${n}`), event(`${prefix}${n}b`)]);
      for (let n = 0; n < 20; n++) await append(n);
      const writing = (async () => {
        for (let n = 20; n < 60; n++) await append(n);
      })();
      const expected = Array.from({ length: 60 }, (_, n) => [`${prefix}${n}`, `${prefix}${n}b`]).flat();
      const subscription = store.subscribe({ prefix, limit: 7 });
      equal(await take(subscription, 120), expected, 'what it was told');
      await writing;
      const waiting = take(subscription, 2);
      await append(60);
      equal(await waiting, [`${prefix}60`, `${prefix}60b`], 'what comes later');
      await subscription.return?.();
      const { events } = await store.readAll({ prefix, limit: 50 });
      const half = store.subscribe({ prefix, after: events[49]!.position });
      equal((await take(half, 72)).slice(0, 2), expected.slice(50, 52), 'what comes after a position');
      await half.return?.();
      await store.close();
    },
  },
  {
    name: 'a subscription tells of the streams asked for only, and goes on from its position',
    needs: [],
    async run({ open, prefix }) {
      const store = await open();
      const subscription = store.subscribe({ prefix: `${prefix}a-` });
      const waiting = take(subscription, 1);
      await store.append(`${prefix}b-1`, 'any', [event(`${prefix}1`)]);
      await store.append(`${prefix}a-1`, 'any', [event(`${prefix}2`)]);
      equal(await waiting, [`${prefix}2`], 'what it is told');
      await subscription.return?.();
      equal((await subscription.next()).done, true, 'whether one that was left is done');
      await store.close();
    },
  },
  {
    name: 'a subscription ends with its signal and with its store, also while it waits',
    needs: [],
    async run({ open, prefix }) {
      const store = await open();
      const abort = new AbortController();
      const aborted = store.subscribe({ prefix, signal: abort.signal });
      const closed = store.subscribe({ prefix });
      const left = store.subscribe({ prefix });
      const waits = [aborted.next(), closed.next(), left.next()] as const;
      for (const wait of waits) wait.catch(() => {});
      await left.return?.();
      equal((await waits[2]).done, true, 'whether one that was left is done');
      abort.abort();
      await failsWith('ABORTED', waits[0], 'a wait whose signal aborts');
      await store.close();
      await failsWith('EVENT_STORE_CLOSED', waits[1], 'a wait whose store is closed');
      equal((await closed.next()).done, true, 'whether it is done then');
      await failsWith(
        'EVENT_STORE_CLOSED',
        store.append(`${prefix}s`, 'any', [event(`${prefix}1`)]),
        'an append',
      );
      await failsWith('EVENT_STORE_CLOSED', store.read(`${prefix}s`), 'a read');
      await failsWith('EVENT_STORE_CLOSED', store.readAll(), 'a read of all');
      await store.close();
    },
  },
  {
    name: 'refuses at once what cannot work, and names it',
    needs: [],
    async run({ open, prefix }) {
      const store = await open();
      const stream = `${prefix}s`;
      const invalid = (attempt: Promise<unknown>, what: string): Promise<void> =>
        failsWith('INVALID_ARGUMENT', attempt, what);
      await invalid(store.append('', 'any', [event('1')]), 'no name');
      await invalid(store.append('x'.repeat(201), 'any', [event('1')]), 'a long name');
      await invalid(store.append(stream, 'any', []), 'no events');
      await invalid(store.append(stream, -1, [event('1')]), 'an expected version below 0');
      await invalid(store.append(stream, 1.5, [event('1')]), 'half an expected version');
      await invalid(store.append(stream, 'any', [event('')]), 'an empty id');
      await invalid(store.append(stream, 'any', [{ type: '', data: 1 }]), 'no type');
      await invalid(store.append(stream, 'any', [{ type: 'a', data: undefined as never }]), 'no data');
      await invalid(
        store.append(stream, 'any', [{ type: 'a', data: 1, schemaVersion: 0 }]),
        'schema version 0',
      );
      await invalid(store.read(stream, { from: 0 }), 'a version 0');
      await invalid(store.read(stream, { limit: 0 }), 'a limit of 0');
      await invalid(store.readAll({ after: -1 }), 'a position below 0');
      await invalid(store.readAll({ limit: 1_001 }), 'a limit above 1,000');
      equal((await store.readAll({ prefix })).events, [], 'what was appended');
      const aborted = AbortSignal.abort();
      await failsWith('ABORTED', store.append(stream, 'any', [event('1')], { signal: aborted }), 'an append');
      await failsWith('ABORTED', store.read(stream, { signal: aborted }), 'a read');
      await store.close();
    },
  },
  {
    name: 'two of them at once: one of two appends at a version, and one order that has no gaps for readers',
    needs: ['another'],
    async run({ open, another, prefix }) {
      const stores = [await open(), await another()] as const;
      const seen = take(stores[1].subscribe({ prefix }), 200);
      const writers = stores.map(async (store, writer) => {
        for (let n = 0; n < 50; n++) {
          const outcomes = await Promise.allSettled([
            store.append(`${prefix}own-${writer}`, n, [event(`${prefix}${writer}-${n}`)]),
            store.append(`${prefix}shared-${n}`, 'none', [event(`${prefix}shared-${writer}-${n}`)]),
            store.append(`${prefix}any`, 'any', [event(`${prefix}any-${writer}-${n}`)]),
          ]);
          equal([outcomes[0]!.status, outcomes[2]!.status], ['fulfilled', 'fulfilled'], 'appends of its own');
        }
      });
      await Promise.all(writers);
      // 100 to streams of their own, 100 to one with no expectation, and one of each pair.
      equal(
        (await stores[0].read(`${prefix}any`)).version,
        100,
        'the version of the stream that all append to',
      );
      const everything = await all(stores[0], prefix, 0, 100);
      equal(everything.length, 250, 'how many there are');
      equal((await seen).slice(0, 200), everything.slice(0, 200), 'what a subscription saw meanwhile');
      for (const store of stores) await store.close();
    },
  },
];
