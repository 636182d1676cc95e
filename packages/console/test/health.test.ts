// Goal: how a service is agrees with its errors, wherever it is asked for. Method: a console that heard the same spans all the
// while, and each answer of its API that tells of health.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Overview, ServiceDetail, ServiceMap, ServiceSummary } from '../src/api/console-api.ts';
import { type OpenConsole, openConsole } from '../src/open-console.ts';
import { batchOf, type SpanWords } from './span-batches.ts';

const second = 1_000;
let dataDir: string;
let console_: OpenConsole;
const now = Date.now();

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-health-'));
  console_ = await openConsole({ dataDir, port: 0, otlpHttpPort: false, otlpGrpcPort: false });
  const spans: SpanWords[] = [];
  for (let at = 300; at > 0; at--) {
    const start = now - at * second;
    const of = { trace: `${at}`, start, name: 'POST /orders' } as const;
    const status = at % 8 === 0 ? 'unset' : 'error';
    spans.push(
      { ...of, id: '1', service: 'gateway', status },
      { ...of, id: '2', parent: '1', service: 'gateway', kind: 'client', status },
      { ...of, id: '3', parent: '2', service: 'orders', status },
      { ...of, id: '4', parent: '3', service: 'orders', name: 'take stock', kind: 'internal' },
      { ...of, id: '5', parent: '4', service: 'orders', name: 'GET', kind: 'client', duration: 900 },
      { ...of, id: '6', parent: '5', service: 'stock', name: 'GET /item' },
      // Dead since 100 seconds, and called all the while.
      {
        ...of,
        ...{ id: '7', parent: '3', service: 'orders', name: 'PUT', kind: 'client' },
        status: at > 100 ? 'unset' : 'error',
      },
    );
    if (at > 100) spans.push({ ...of, id: '8', parent: '7', service: 'shipping', name: 'PUT /parcel' });
  }
  await console_.sink.addSpans(batchOf(spans));
});

afterAll(async () => {
  await console_.close();
  await rm(dataDir, { recursive: true });
});

async function ask<Answer>(path: string): Promise<Answer> {
  const answer = await fetch(`${console_.url}/api/v1${path}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Answer;
}

async function told(service: string, window: string): Promise<ServiceSummary[]> {
  const { services } = await ask<Overview>(`/overview?${window}`);
  const { nodes } = await ask<ServiceMap>(`/map?${window}`);
  const { summary } = await ask<ServiceDetail>(`/services/${service}?${window}`);
  return [services, nodes].map((all) => all.find(({ name }) => name === service)!).concat(summary);
}

test.each([
  ['the last five minutes', 'from=-5m'],
  ['the last minute', 'from=-1m'],
  ['a window that ended without a request', `from=${now - 300_000}&to=${now + 55_000}`],
  ['a window of the past', `from=${now - 300_000}&to=${now - 100_000}`],
])('who fails as it always did is failing, on each page, in %s', async (_, window) => {
  for (const service of ['gateway', 'orders']) {
    for (const { health, reason } of await told(service, window)) {
      expect([service, health, reason]).toEqual([
        service,
        'failing',
        expect.stringMatching(/^\d+% of requests fail/),
      ]);
    }
  }
});

test('who is dead is failing, though it cannot say so', async () => {
  const { nodes } = await ask<ServiceMap>('/map?from=-4m');
  expect(nodes.find(({ name }) => name === 'shipping')).toMatchObject({
    health: 'failing',
    red: { errors: 0 },
  });
  expect(nodes.find(({ name }) => name === 'stock')).toMatchObject({ health: 'healthy' });
});

test('what a service calls does not pull its figures', async () => {
  const { summary, signals, operations } = await ask<ServiceDetail>('/services/orders?from=-5m');
  expect(summary.red.count).toBeGreaterThan(200);
  expect(summary.red.count).toBeLessThanOrEqual(300);
  expect(summary.red.p99).toBeLessThan(10);
  expect(Math.max(...signals.p99.values.map((value) => value ?? 0))).toBeLessThan(10);
  const rows = operations.map(({ operation, kind, request }) => `${operation} ${kind} ${request}`);
  expect(rows[0]).toBe('POST /orders server true');
  expect(rows.slice(1).sort()).toEqual(['GET client false', 'PUT client false', 'take stock internal false']);
});
