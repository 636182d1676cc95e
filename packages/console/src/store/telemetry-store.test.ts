import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeWithOracle } from '../../test/otlp/otlp-oracle.ts';
import { batchOf, type SpanWords, traceIdOf } from '../../test/span-batches.ts';
import { decodeMetrics } from '../otlp/decode/decode-metrics.ts';
import type { MetricBatch } from '../otlp/metric-batch.ts';
import { ShapeBook } from './shape-book.ts';
import { TelemetryStore } from './telemetry-store.ts';
import type { CallShapes } from './trace-search.ts';

const noon = Date.UTC(2026, 0, 1, 12);
let dir: string;
let store: TelemetryStore;
let now = noon;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-store-'));
  now = noon;
  store = await open();
});

afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true });
});

function open(options: Partial<Parameters<typeof TelemetryStore.open>[0]> = {}): Promise<TelemetryStore> {
  return TelemetryStore.open({
    dir,
    storedBytesMax: 2 ** 30,
    ageMax: 86_400_000,
    waitingBytesMax: 2 ** 20,
    memoryMax: 2 ** 28,
    now: () => now,
    troubled: (error) => {
      throw error;
    },
    ...options,
  });
}

function add(spans: readonly SpanWords[]): Promise<void> {
  const batch = batchOf(spans);
  return store.addSpans(batch, store.book.shapesOf(batch));
}

const order: readonly SpanWords[] = [
  { id: 'a', service: 'front', name: 'POST /order', start: noon - 60_000, duration: 90.5 },
  {
    id: 'b',
    parent: 'a',
    service: 'front',
    kind: 'client',
    name: 'POST',
    peer: 'stock',
    start: noon - 59_990,
    duration: 60,
  },
  {
    id: 'c',
    parent: 'b',
    service: 'stock',
    name: 'take',
    status: 'error',
    start: noon - 59_980,
    duration: 40,
    attributes: { 'item.id': 7 },
  },
];

/** Points of the histogram `took` of a service, each with an exemplar of the same trace. */
function histogramOf(service: string, values: readonly number[], at = noon - 1_000): MetricBatch {
  const nanos = `${BigInt(at) * 1_000_000n}`;
  const dataPoints = values.map((value, index) => ({
    timeUnixNano: nanos,
    explicitBounds: [1],
    bucketCounts: ['1', '0'],
    attributes: [{ key: 'route', value: { stringValue: `/${index}` } }],
    exemplars: [
      {
        timeUnixNano: nanos,
        asDouble: value,
        traceId: Buffer.from(traceIdOf('1'), 'hex'),
        spanId: Buffer.alloc(8, index),
      },
    ],
  }));
  const request = {
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeMetrics: [{ metrics: [{ name: 'took', unit: 's', histogram: { dataPoints } }] }],
      },
    ],
  };
  return decodeMetrics(encodeWithOracle('ExportMetricsServiceRequest', request), at).batch;
}

const lastHour = { from: noon - 3_600_000, to: noon, limit: 10 };

test('an exemplar is found by its service, metric, attributes and value, the greatest first', async () => {
  await store.addMetrics(histogramOf('front', [0.5, 9, 3]));
  await store.addMetrics(histogramOf('stock', [5]));
  const found = async (search: object) =>
    (await store.exemplars({ ...lastHour, ...search })).map(({ value }) => value);
  expect(await found({})).toEqual([9, 5, 3, 0.5]);
  expect(await found({ service: 'front', limit: 2 })).toEqual([9, 3]);
  expect(await found({ metric: 'other' })).toEqual([]);
  expect(await found({ attributes: [['route', '/0']] })).toEqual([5, 0.5]);
  expect(await found({ min: 1, max: 5 })).toEqual([5, 3]);
  expect(await found({ unit: 'By' })).toEqual([]);
  await store.addMetrics(histogramOf('front', [7, 1, 4]));
  expect(await found({ service: 'front', perSeries: true })).toEqual([9, 7, 4]);
  expect(await found({ to: noon - 60_000 })).toEqual([]);
  const [slowest] = await store.exemplars({ ...lastHour, service: 'front' });
  expect(slowest).toMatchObject({
    series: { name: 'took', unit: 's', resource: { service: 'front' } },
    at: noon - 1_000,
    traceId: traceIdOf('1'),
    spanId: '0101010101010101',
  });
});

test('a store of the format before exemplars is opened as it is, and takes them from then on', async () => {
  await add(order);
  await store.addMetrics(histogramOf('front', [1]));
  await store.close();
  const older = await DuckDBInstance.create(join(dir, 'telemetry.duckdb'));
  const connection = await older.connect();
  await connection.run('DROP VIEW exemplars');
  await connection.run('DROP TABLE exemplar_rows');
  await connection.run('UPDATE store_format SET version = 1');
  connection.closeSync();
  older.closeSync();
  for (let life = 0; life < 2; life++) {
    store = await open();
    expect(await store.trace(traceIdOf('1'))).toHaveLength(3);
    expect(await store.exemplars(lastHour)).toHaveLength(life);
    if (life === 0) {
      await store.addMetrics(histogramOf('front', [2]));
      await store.close();
    }
  }
});

test('a store of a newer format is refused, and left as it is', async () => {
  await store.close();
  const change = async (sql: string) => {
    const newer = await DuckDBInstance.create(join(dir, 'telemetry.duckdb'));
    const connection = await newer.connect();
    const rows = (await connection.runAndReadAll(sql)).getRowsJS();
    connection.closeSync();
    newer.closeSync();
    return rows;
  };
  await change('UPDATE store_format SET version = 9');
  await change('CREATE OR REPLACE VIEW metrics AS SELECT 1 AS newer');
  await expect(open()).rejects.toMatchObject({ code: 'STORE_FORMAT_UNKNOWN' });
  expect(await change('SELECT newer FROM metrics')).toEqual([[1]]);
  await change('UPDATE store_format SET version = 2');
  store = await open();
});

test('a trace is found by its id, as it was sent', async () => {
  await add(order);
  const spans = await store.trace(traceIdOf('1'));
  expect(spans.map(({ spanId }) => spanId.at(-1)).sort()).toEqual(['a', 'b', 'c']);
  const take = spans.find(({ operation }) => operation === 'take')!;
  expect(take).toMatchObject({
    traceId: traceIdOf('1'),
    parentId: '000000000000000b',
    service: 'stock',
    kind: 'server',
    status: 'error',
    start: (noon - 59_980) * 1e3,
    duration: 40_000,
    peer: undefined,
    attributes: { 'item.id': 7 },
    links: [],
  });
  expect(await store.trace(traceIdOf('2'))).toEqual([]);
});

test('it is the same after a restart, and after it was settled', async () => {
  await add(order);
  const before = await store.trace(traceIdOf('1'));
  await store.close();
  store = await open();
  const view = (spans: typeof before) =>
    spans
      .map(({ spanId, service, operation, start }) => ({ spanId, service, operation, start }))
      .sort((a, b) => a.start - b.start);
  expect(view(await store.trace(traceIdOf('1')))).toEqual(view(before));
  now += 120_000;
  await store.keepUp();
  expect(view(await store.trace(traceIdOf('1')))).toEqual(view(before));
  await add([{ trace: '2', id: 'd', service: 'stock', name: 'take', start: noon }]);
  expect(await store.trace(traceIdOf('2'))).toHaveLength(1);
});

test('traces are searched by service, status, duration and attribute, the newest first', async () => {
  await add(order);
  await add([
    { trace: '2', id: 'e', service: 'front', name: 'GET /', start: noon - 30_000, duration: 5 },
    { trace: '3', id: 'f', service: 'stock', name: 'take', start: noon - 10_000, duration: 500 },
  ]);
  const window = { from: noon - 900_000, to: noon, limit: 10 };
  const search = async (more: object) =>
    (await store.search({ ...window, ...more })).map(({ traceId }) => traceId.at(-1));
  expect(await search({})).toEqual(['3', '2', '1']);
  expect(await search({ service: 'stock' })).toEqual(['3', '1']);
  expect(await search({ service: 'front', operation: 'take' })).toEqual([]);
  expect(await search({ status: 'error' })).toEqual(['1']);
  expect(await search({ durationMin: 50, durationMax: 400 })).toEqual(['1']);
  expect(await search({ attributes: [['item.id', '7']] })).toEqual(['1']);
  expect(await search({ attributes: [['item.id', '8']] })).toEqual([]);
  const [newest] = await store.search({ ...window, limit: 1 });
  expect(await search({ before: newest!.cursor })).toEqual(['2', '1']);
  const [found] = await store.search({ ...window, status: 'error' });
  expect(found).toMatchObject({ spans: 3, errors: 1, duration: 90.5, start: noon - 60_000 });
  expect(store.book.shapes[found!.root]!.name).toBe('POST /order');
  const lengths: number[] = [];
  for await (const spans of store.traces({ ...window, tracesMax: 2 })) lengths.push(spans.length);
  expect(lengths).toEqual([1, 1]);
});

test('a span that was sent twice is there once', async () => {
  await add(order);
  await add(order);
  expect(await store.trace(traceIdOf('1'))).toHaveLength(3);
  expect((await store.search({ from: noon - 900_000, to: noon, limit: 10 }))[0]!.spans).toBe(3);
  now += 120_000;
  await store.keepUp();
  const steps = await store.flow({ from: noon - 900_000, to: noon, step: 900_000 });
  expect([...steps.get(0)!.shapes.values()].map(({ count }) => count)).toEqual([1, 1, 1]);
});

test('what is too old goes', async () => {
  await add(order);
  now += 86_400_000 + 120_000;
  await add([{ trace: '2', id: 'd', start: now - 1_000 }]);
  await store.keepUp();
  expect(await store.trace(traceIdOf('1'))).toEqual([]);
  expect(await store.trace(traceIdOf('2'))).toHaveLength(1);
  expect((await store.extent()).oldest).toBe(now - 1_000);
});

test('when there is too much, the oldest goes and the newest stays', async () => {
  await store.close();
  store = await open({ storedBytesMax: 6 * 2 ** 20, waitingBytesMax: 2 ** 26 });
  const parts = 8;
  const inPart = 32_768;
  for (let part = 0; part < parts; part++) {
    const ids = randomBytes(inPart * 24).toString('hex');
    const spans = Array.from({ length: inPart }, (_, index): SpanWords => {
      const at = index * 48;
      const start = noon - 600_000 + part * 60_000 + index;
      return { trace: ids.slice(at, at + 32), id: ids.slice(at + 32, at + 48), start };
    });
    await add(spans);
  }
  const before = await store.extent();
  let rounds = 0;
  do {
    now += 60_000;
    await store.keepUp();
  } while ((await store.extent()).bytes > 6 * 2 ** 20 && ++rounds < 20);
  const after = await store.extent();
  expect(after.bytes).toBeLessThanOrEqual(6 * 2 ** 20);
  expect(after.oldest).toBeGreaterThan(before.oldest!);
  const newest = await store.search({ from: noon - 200_000, to: noon, limit: 500 });
  expect(newest).toHaveLength(500);
}, 120_000);

test('more than may wait is refused with a time to come again, and what was taken is there', async () => {
  await store.close();
  store = await open({ waitingBytesMax: 5_000 });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 60 }, (_, index) =>
      add([
        { trace: `${index + 1}`, id: '1', start: noon - 1 },
        { trace: `${index + 1}`, id: '2', start: noon - 1 },
      ]),
    ),
  );
  const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  expect(refused.length).toBeGreaterThan(0);
  for (const { reason } of refused)
    expect(reason).toMatchObject({ code: 'INGEST_OVERLOADED', retryAfter: 1_000 });
  for (const [index, { status }] of outcomes.entries()) {
    expect(await store.trace(traceIdOf(`${index + 1}`))).toHaveLength(status === 'fulfilled' ? 2 : 0);
  }
  await add([{ trace: '99', id: '1', start: noon - 1 }]);
});

test('traces of calls are found where all spans of a shape are such calls, and where some are', async () => {
  const call = (trace: string, callee: string): SpanWords[] => [
    { trace, id: 'a', service: 'front', name: 'POST', kind: 'client', start: noon - 1_000 },
    { trace, id: 'b', parent: 'a', service: callee, name: 'take', start: noon - 900 },
  ];
  await add([...call('1', 'stock'), ...call('2', 'mail'), ...call('3', 'stock')]);
  const idsOf = (service: string) => store.book.fitting({ service }).map(({ id }) => id);
  const [all, answers] = [idsOf('front'), idsOf('stock')];
  const find = async (calls: CallShapes) => {
    const found = await store.search({ from: noon - 60_000, to: noon, calls, limit: 9 });
    return found.map(({ traceId }) => traceId.at(-1)).sort();
  };
  expect(await find({ all, some: [], answers })).toEqual(['1', '2', '3']);
  expect(await find({ all: [], some: all, answers })).toEqual(['1', '3']);
  expect(await find({ all: idsOf('mail'), some: all, answers })).toEqual(['1', '2', '3']);
  expect(await find({ all: [], some: all, answers: [] })).toEqual([]);
});

test('names beyond the limit are one, and are told apart no more', async () => {
  const book = new ShapeBook({ shapesMax: 3, resourcesMax: 2 });
  const shapes = book.shapesOf(
    batchOf(
      Array.from({ length: 9 }, (_, index) => ({ id: `${index + 1}`, name: `name ${index}`, start: noon })),
    ),
  );
  expect(Array.from(shapes, (id) => book.shapes[id]!.name)).toEqual([
    ...['name 0', 'name 1', 'name 2'],
    ...Array<string>(6).fill('(other)'),
  ]);
});

test('one process has a folder', async () => {
  await expect(open()).rejects.toMatchObject({ code: 'FOLDER_OWNED' });
});
