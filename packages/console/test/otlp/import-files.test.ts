import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ManualWorld } from '@holdfast/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleErrors } from '../../src/console-errors.ts';
import { importFiles } from '../../src/otlp/import/import-files.ts';
import { CollectingSink } from './collecting-sink.ts';
import { logRequest, metricRequest, spanRequest } from './sample-requests.ts';

const header = 'TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration';
const trace = '01db723f5de73f1e8954a6d76d02e140';
const second = 1_000_000_000n;
const begin = 1_661_273_974_000_000_000n;

/** A line of a table; times in seconds after the beginning. */
function line(
  spanId: string,
  parent: string,
  pod: string,
  operation: string,
  from: number,
  to: number,
): string {
  const at = (seconds: number): bigint => begin + BigInt(seconds * 1_000) * 1_000_000n;
  return `${trace},${spanId},${parent},${pod},${operation},${at(from)},${at(to)},5`;
}

const table = [
  header,
  line('00000000000000a1', 'root', 'frontend-579b9bff58-t2dbm', 'Recv.', 0, 4),
  line('00000000000000a2', '00000000000000a1', 'frontend-579b9bff58-t2dbm', '"Get, all"', 0, 3),
  line('00000000000000a3', '00000000000000a2', 'cart-6f6cfc45b-h5m2n', 'GetCart', 1, 2),
  line('00000000000000a4', '00000000000000a3', 'cart-6f6cfc45b-h5m2n', 'query', 1, 2),
  'no,span,at,all',
  '',
].join('\r\n');

let folder: string;
let sink: CollectingSink;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-import-'));
  sink = new CollectingSink();
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** All spans that came, by the order in which they came. */
function spans(): object[] {
  return sink.spans.flatMap((batch) =>
    Array.from({ length: batch.length }, (_, row) => ({
      name: batch.texts[batch.names[row]!],
      service: batch.resources[batch.resourceOf[row]!]?.service,
      instance: batch.resources[batch.resourceOf[row]!]?.instance,
      kind: batch.kinds[row],
      start: batch.starts[row],
      duration: batch.durations[row],
    })),
  );
}

describe('importFiles', () => {
  it('reads a table of spans, whose services and kinds it works out', async () => {
    const path = await file('trace.csv', table);
    const figures = await importFiles({ paths: [path], sink, time: 'recorded' });
    expect(figures).toEqual({ files: 1, spans: 4, logs: 0, points: 0, rejected: 1 });
    expect(sink.refusals.spans).toBe(1);
    expect(spans()).toEqual(
      expect.arrayContaining([
        {
          name: 'Recv.',
          service: 'frontend',
          instance: 'frontend-579b9bff58-t2dbm',
          kind: 2,
          start: begin,
          duration: 4n * second,
        },
        {
          name: 'Get, all',
          service: 'frontend',
          instance: 'frontend-579b9bff58-t2dbm',
          kind: 3,
          start: begin,
          duration: 3n * second,
        },
        {
          name: 'GetCart',
          service: 'cart',
          instance: 'cart-6f6cfc45b-h5m2n',
          kind: 2,
          start: begin + second,
          duration: second,
        },
        {
          name: 'query',
          service: 'cart',
          instance: 'cart-6f6cfc45b-h5m2n',
          kind: 1,
          start: begin + second,
          duration: second,
        },
      ]),
    );
  });

  it('moves what is old, so that the last of it ends now', async () => {
    const world = new ManualWorld();
    await file('a.csv', table);
    await importFiles({ paths: [folder], sink, world });
    const now = BigInt(world.clock.wall()) * 1_000_000n;
    expect(spans()).toContainEqual(expect.objectContaining({ name: 'Recv.', start: now - 4n * second }));
  });

  it('reads files of OTLP in JSON, one request or many, packed or not', async () => {
    const ids = { traceId: trace, spanId: '00000000000000a1' };
    const lines = [
      spanRequest(ids),
      logRequest(),
      metricRequest({ gauge: { dataPoints: [{ asInt: '1' }] } }),
    ];
    await file('a.json', JSON.stringify(spanRequest(ids), undefined, 2));
    await file('b.jsonl.gz', gzipSync(lines.map((request) => `${JSON.stringify(request)}\n`).join('')));
    await file('ignored.txt', 'nothing');
    const figures = await importFiles({ paths: [folder], sink, time: 'recorded' });
    expect(figures).toEqual({ files: 2, spans: 2, logs: 1, points: 1, rejected: 0 });
    expect(spans()[1]).toMatchObject({
      name: 'GET /orders',
      service: 'shop',
      start: 1_700_000_000_123_456_789n,
    });
  });

  it('keeps the pace of the recording when told so', async () => {
    const world = new ManualWorld();
    const path = await file('trace.csv', table);
    const done = importFiles({ paths: [path], sink, pace: 'recorded', world });
    const lengths: number[] = [];
    // Spans end 2, 3 and 4 seconds after the beginning; the first are due at once.
    await expect.poll(() => sink.spans.length).toBe(1);
    for (let index = 0; index < 2; index++) {
      await world.advance('1s');
      await expect.poll(() => sink.spans.length).toBe(index + 2);
    }
    await done;
    for (const { length } of sink.spans) lengths.push(length);
    expect(lengths).toEqual([2, 1, 1]);
  });

  describe('a table of metrics of a pod', () => {
    const pod = 'cart-6f6cfc45b-h5m2n';
    /** A line a minute, from 20 minutes before the spans to 10 after them; the CPU goes up by a point each. */
    const metrics = [
      'Time,TimeStamp,PodName,CpuUsage(m),CpuUsageRate(%),MemoryUsage(Mi),MemoryUsageRate(%)',
      ...Array.from({ length: 31 }, (_, minute) => {
        const at = Number(begin / second) + (minute - 20) * 60;
        return `${new Date(at * 1e3).toISOString()},${at},${pod},5,${minute},64,`;
      }),
      'then,soon,nobody,,,',
      '',
    ].join('\n');

    const points = (): object[] =>
      sink.metrics.flatMap((batch) =>
        Array.from({ length: batch.length }, (_, row) => ({
          name: batch.texts[batch.names[row]!],
          service: batch.resources[batch.resourceOf[row]!]?.service,
          instance: batch.resources[batch.resourceOf[row]!]?.instance,
          time: batch.times[row],
          value: batch.values[row],
        })),
      );

    it('is taken as far as it tells of the time of the spans, and of a quarter of an hour before', async () => {
      await file('metric.csv', metrics);
      await file('trace.csv', table);
      const figures = await importFiles({ paths: [folder], sink, time: 'recorded' });
      expect(figures).toEqual({ files: 2, spans: 4, logs: 0, points: 34, rejected: 2 });
      expect(sink.refusals.metrics).toBe(1);
      const minute = (count: number): bigint => begin + BigInt(count) * 60n * second;
      const of = { service: 'cart', instance: pod };
      const cpu = points().filter((point) => 'name' in point && point.name === 'process.cpu.utilization');
      expect(cpu[0]).toEqual({ ...of, name: 'process.cpu.utilization', time: minute(-15), value: 0.05 });
      expect(cpu.at(-1)).toEqual({ ...of, name: 'process.cpu.utilization', time: minute(1), value: 0.21 });
      expect(points()).toContainEqual({
        ...of,
        name: 'process.memory.usage',
        time: minute(0),
        value: 64 * 1_048_576,
      });
    });

    it('keeps the pace of the spans: what was before them does not have to be waited for', async () => {
      const world = new ManualWorld();
      await file('metric.csv', metrics);
      await file('trace.csv', table);
      const done = importFiles({ paths: [folder], sink, pace: 'recorded', world });
      await expect.poll(() => sink.spans.length).toBe(1);
      expect(points().length).toBe(32);
      for (let second = 0; second < 70; second++) {
        await world.advance('1s');
        await expect.poll(() => sink.spans.length).toBeGreaterThanOrEqual(Math.min(3, second + 2));
      }
      expect((await done).points).toBe(34);
    });

    it('is taken whole where no spans are', async () => {
      await file('metric.csv', metrics);
      expect((await importFiles({ paths: [folder], sink })).points).toBe(62);
    });
  });

  it('waits for room where the sink has none', async () => {
    const world = new ManualWorld();
    const path = await file('trace.csv', table);
    sink.failure = consoleErrors.create('INGEST_OVERLOADED', { message: 'full', retryAfter: 50 });
    const done = importFiles({ paths: [path], sink, time: 'recorded', world });
    await expect
      .poll(async () => {
        sink.failure = undefined;
        await world.advance('50ms');
        return sink.spans.length;
      })
      .toBe(1);
    expect((await done).spans).toBe(4);
  });

  it.each([
    ['a.csv', 'TraceID,SpanID\n1,2', /a\.csv cannot be imported: the table has no column ParentID/],
    ['a.json', '{"spans":[]}', /holds none of resourceSpans/],
    ['a.jsonl', '{"resourceSpans":[]}\n{', /line 2 is no JSON/],
  ])('refuses %s of %s', async (name, content, message) => {
    await expect(importFiles({ paths: [await file(name, content)], sink })).rejects.toThrow(message);
  });

  it('refuses what is older than may be kept, which nobody would ever see', async () => {
    const path = await file('old.csv', table);
    const age = { ageMax: 7 * 86_400_000 };
    const old = importFiles({ paths: [path], sink, time: 'recorded', ...age });
    await expect(old).rejects.toThrow(/old\.csv.*but ended 2022-08-23T16:59:38/);
    expect(sink.spans).toEqual([]);
    expect((await importFiles({ paths: [path], sink, ...age })).spans).toBe(4);
  });

  it('refuses a path that leads nowhere', async () => {
    await expect(importFiles({ paths: [join(folder, 'nothing')], sink })).rejects.toThrow(/paths is/);
  });
});
