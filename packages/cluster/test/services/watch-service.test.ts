import { ManualWorld } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Event,
  EventType,
  PutRequest,
  TxnRequest,
  WatchFilter,
  type WatchRequest,
  type WatchResponse,
} from '../../src/etcd/index.ts';
import type { ClusterServicesOptions } from '../../src/services/cluster-services.ts';
import { encodeCommand } from '../../src/state/command.ts';
import { ServiceClient, type ServiceStream } from './service-client.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined): string => new TextDecoder().decode(value);
/** Lets the handlers do all that they can. */
const turn = async (): Promise<void> => {
  for (let count = 0; count < 5; count++) await new Promise((resolve) => setImmediate(resolve));
};

type WatchStream = ServiceStream<WatchRequest, WatchResponse>;

function setUp(limits?: ClusterServicesOptions['limits']) {
  const world = new ManualWorld();
  const client = new ServiceClient(world, limits === undefined ? {} : { limits });
  const put = (key: string, value: string): Promise<unknown> =>
    client.unary('KV/Put', { key: bytes(key), value: bytes(value) });
  const remove = (key: string): Promise<unknown> => client.unary('KV/DeleteRange', { key: bytes(key) });
  const open = (): WatchStream => client.stream<WatchRequest, WatchResponse>('Watch/Watch');
  return { world, client, put, remove, open };
}

interface Create {
  key?: string;
  rangeEnd?: string;
  startRevision?: number;
  progressNotify?: boolean;
  filters?: readonly number[];
  prevKv?: boolean;
  watchId?: bigint;
  fragment?: boolean;
}

async function create(stream: WatchStream, { key = '', rangeEnd = '', ...rest }: Create): Promise<void> {
  const value = {
    startRevision: 0,
    progressNotify: false,
    filters: [],
    prevKv: false,
    watchId: 0n,
    fragment: false,
    ...rest,
    key: bytes(key),
    rangeEnd: bytes(rangeEnd),
  };
  stream.request({ request: { case: 'create', value } });
  await turn();
}

const describeEvent = ({ type, kv, prevKv }: Event): string =>
  `${type === EventType.PUT ? 'put' : 'delete'} ${text(kv?.key)}${type === EventType.PUT ? `=${text(kv?.value)}` : ''}@${kv?.modRevision}` +
  (prevKv === undefined ? '' : ` was ${text(prevKv.value)}`);

function eventsOf(stream: WatchStream, watchId = 0n): string[] {
  return stream.received
    .filter((each) => each.watchId === watchId)
    .flatMap(({ events }) => events.map(describeEvent));
}

describe('a watch', () => {
  it('is announced first, then tells of changes with the revision they were made at', async () => {
    const { client, open, put, remove } = setUp();
    await put('a', '0');
    const stream = open();
    await create(stream, { key: 'a' });
    await put('a', '1');
    await put('b', 'not watched');
    await remove('a');
    expect(stream.received).toMatchObject([
      { created: true, watchId: 0n, header: { revision: 2, memberId: BigInt(`0x${client.member.id}`) } },
      { header: { revision: 3 }, events: [{ type: EventType.PUT }] },
      { header: { revision: 5 }, events: [{ type: EventType.DELETE }] },
    ]);
    expect(eventsOf(stream)).toEqual(['put a=1@3', 'delete a@5']);
  });

  it('begins in the past, filters, and says what was there before', async () => {
    const { open, put, remove } = setUp();
    await put('a', '1');
    await put('a', '2');
    await remove('a');
    await put('b', '3');
    const stream = open();
    await create(stream, { key: 'a', rangeEnd: 'c', startRevision: 3, prevKv: true });
    await create(stream, { key: 'a', rangeEnd: '\0', startRevision: 2, filters: [WatchFilter.NODELETE] });
    await create(stream, { key: '', rangeEnd: '\0', startRevision: 2, filters: [WatchFilter.NOPUT] });
    await turn();
    expect(eventsOf(stream, 0n)).toEqual(['put a=2@3 was 1', 'delete a@4 was 2', 'put b=3@5']);
    expect(eventsOf(stream, 1n)).toEqual(['put a=1@2', 'put a=2@3', 'put b=3@5']);
    expect(eventsOf(stream, 2n)).toEqual(['delete a@4']);
  });

  it('has the id its client wants, or the next one that is free', async () => {
    const { open } = setUp();
    const stream = open();
    for (const watchId of [1n, 0n, 0n, 1n, -5n]) await create(stream, { key: 'a', watchId });
    expect(
      stream.received.map(({ watchId, created, canceled, cancelReason }) => [
        watchId,
        created,
        canceled,
        cancelReason,
      ]),
    ).toEqual([
      [1n, true, false, ''],
      [0n, true, false, ''],
      [2n, true, false, ''],
      [-1n, true, true, 'mvcc: duplicate watch ID provided on the WatchStream'],
      [-5n, true, false, ''],
    ]);
  });

  it('of no keys, or one too many, is refused', async () => {
    const { open } = setUp({ watchesPerStreamMax: 1 });
    const stream = open();
    await create(stream, { key: 'b', rangeEnd: 'a' });
    await create(stream, { key: 'b' });
    await create(stream, { key: 'b' });
    expect(stream.received.map(({ cancelReason }) => cancelReason)).toEqual([
      'mvcc: watcher range is empty',
      '',
      'holdfast: too many watches on one stream',
    ]);
  });

  it('ends when it is cancelled, and with its stream', async () => {
    const { client, open, put } = setUp();
    const stream = open();
    await create(stream, { key: 'a' });
    await create(stream, { key: 'a' });
    stream.request({ request: { case: 'cancel', value: { watchId: 0n } } });
    await turn();
    await put('a', '1');
    expect(stream.received.at(2)).toMatchObject({ watchId: 0n, canceled: true, created: false });
    expect(eventsOf(stream, 0n)).toEqual([]);
    expect(eventsOf(stream, 1n)).toEqual(['put a=1@2']);
    stream.cancel();
    await turn();
    expect(client.store.watcherCount).toBe(0);
  });

  it('goes on when its client has no more requests', async () => {
    const { open, put } = setUp();
    const stream = open();
    await create(stream, { key: 'a' });
    stream.endRequests();
    await turn();
    await put('a', '1');
    expect(eventsOf(stream)).toEqual(['put a=1@2']);
    expect(stream.error).toBeUndefined();
  });

  it('is told when what it lacks is compacted', async () => {
    const { client, open, put } = setUp();
    for (const value of ['1', '2', '3']) await put('a', value);
    await client.unary('KV/Compact', { revision: 3 });
    const stream = open();
    await create(stream, { key: 'a', startRevision: 2 });
    await turn();
    expect(stream.received.at(-1)).toMatchObject({ watchId: 0n, canceled: true, compactRevision: 3 });
    expect(client.store.watcherCount).toBe(0);
  });

  it('gets large transactions in fragments, if it wants', async () => {
    const { client, open } = setUp({ requestBytesMax: 3_000 });
    const stream = open();
    await create(stream, { key: 'a', rangeEnd: 'b', fragment: true });
    await create(stream, { key: 'a', rangeEnd: 'b' });
    const success = Array.from({ length: 15 }, (_, index) => {
      const value = PutRequest.create({ key: bytes(`a${index}`), value: new Uint8Array(100 * index) });
      return { request: { case: 'put' as const, value } };
    });
    const payload = TxnRequest.encode(TxnRequest.create({ success }));
    await client.member.propose(encodeCommand({ kind: 'txn', payload }));
    await turn();
    const cut = stream.received.filter(({ watchId, events }) => watchId === 0n && events.length > 0);
    expect(cut.length).toBeGreaterThan(1);
    expect(cut.map(({ fragment }) => fragment)).toEqual([...Array(cut.length - 1).fill(true), false]);
    expect(eventsOf(stream, 0n)).toEqual(eventsOf(stream, 1n));
    expect(eventsOf(stream, 0n)).toHaveLength(15);
  });
});

describe('progress', () => {
  it('is told on request as soon as no watch lacks anything', async () => {
    const { client, open, put, world } = setUp();
    for (let index = 0; index < 3_000; index++) await put('a', `${index}`);
    const stream = open();
    await create(stream, { key: 'a' });
    stream.pause();
    await put('a', 'queued');
    await put('a', 'left out');
    stream.request({ request: { case: 'progress', value: {} } });
    await turn();
    stream.resume();
    for (let round = 0; round < 5; round++) {
      await turn();
      await world.advance('50ms');
    }
    const at = stream.received.findIndex(({ watchId }) => watchId === -1n);
    expect(stream.received[at]).toMatchObject({ header: { revision: client.store.revision }, events: [] });
    expect(stream.received.slice(0, at).flatMap(({ events }) => events)).toHaveLength(2);
  });

  it('is told now and then to those that want it and have no events', async () => {
    const { open, put, world } = setUp({ watchProgressInterval: 1_000_000 });
    const stream = open();
    await create(stream, { key: 'a', progressNotify: true });
    await create(stream, { key: 'a' });
    await create(stream, { key: 'b', progressNotify: true });
    await put('a', '1');
    stream.received.length = 0;
    await world.advance('1100ms');
    expect(stream.received).toMatchObject([{ watchId: 2n, header: { revision: 2 } }]);
    await world.advance('1100ms');
    expect(stream.received.slice(1).map(({ watchId }) => watchId)).toEqual([0n, 2n]);
    stream.cancel();
    await turn();
    expect(world.pendingTimers).toBe(0);
  });
});

describe('a client that does not read', () => {
  it('has nothing queued but what was on its way, and then gets all it missed', async () => {
    const { client, open, put } = setUp();
    const stream = open();
    await create(stream, { key: 'a' });
    stream.pause();
    for (let index = 0; index < 5_000; index++) await put('a', `${index}`);
    await turn();
    expect(stream.queuedBytes).toBeLessThan(200);
    stream.resume();
    await turn();
    expect(eventsOf(stream)).toEqual(
      Array.from({ length: 5_000 }, (_, index) => `put a=${index}@${index + 2}`),
    );
    expect(client.store.watcherCount).toBe(1);
  });

  it('makes its own requests wait', async () => {
    const { open } = setUp();
    const stream = open();
    stream.pause();
    for (let count = 0; count < 50; count++) await create(stream, { key: 'a' });
    expect(stream.queuedBytes).toBeLessThan(200);
    stream.resume();
    stream.pause();
    stream.resume();
    await turn();
    expect(stream.received).toHaveLength(50);
  });
});

it('every watch gets every event of its keys once and in order, whatever its client does', async () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ act: fc.constant('put' as const), key: fc.constantFrom('a', 'b', 'c', 'd') }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ act: fc.constant('remove' as const), key: fc.constantFrom('a', 'b', 'c', 'd') }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        act: fc.constant('watch' as const),
        key: fc.constantFrom('a', 'b', 'c'),
        rangeEnd: fc.constantFrom('', 'd', '\0'),
        back: fc.nat(20),
      }),
    },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('pause' as const) }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('resume' as const) }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('turn' as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const { client, open, put, remove } = setUp();
      const stream = open();
      const history: { key: string; event: string; revision: number }[] = [];
      const watches: { key: string; rangeEnd: string; from: number }[] = [];
      for (const [index, each] of steps.entries()) {
        const before = client.store.revision;
        if (each.act === 'put') {
          await put(each.key, `${index}`);
          history.push({
            key: each.key,
            event: `put ${each.key}=${index}@${before + 1}`,
            revision: before + 1,
          });
        } else if (each.act === 'remove') {
          await remove(each.key);
          if (client.store.revision > before) {
            history.push({ key: each.key, event: `delete ${each.key}@${before + 1}`, revision: before + 1 });
          }
        } else if (each.act === 'watch') {
          const from = Math.max(1, before + 1 - each.back);
          watches.push({ key: each.key, rangeEnd: each.rangeEnd, from });
          await create(stream, { key: each.key, rangeEnd: each.rangeEnd, startRevision: from });
        } else if (each.act === 'pause') stream.pause();
        else if (each.act === 'resume') stream.resume();
        else await turn();
      }
      for (let round = 0; round < 5; round++) {
        stream.resume();
        await turn();
      }
      for (const [id, { key, rangeEnd, from }] of watches.entries()) {
        const expected = history.filter(
          (each) =>
            each.revision >= from &&
            (rangeEnd === ''
              ? each.key === key
              : each.key >= key && (rangeEnd === '\0' || each.key < rangeEnd)),
        );
        expect(eventsOf(stream, BigInt(id))).toEqual(expected.map(({ event }) => event));
      }
      stream.cancel();
      await turn();
      expect(client.store.watcherCount).toBe(0);
    }),
    { numRuns: 60 },
  );
});
