// Goal: a system that knows nothing of Holdfast appears as it is. Method: a shop with OpenTelemetry's SDK for JavaScript, which
// asks a stock with that for Go, which asks a database that fails now and then; both export into a console, whose answers are
// compared with what was asked for.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type {
  LogList,
  ServiceDetail,
  ServiceMap,
  SpanDetail,
  TraceList,
  TraceView,
} from '../../src/api/console-api.ts';
import { type OpenConsole, openConsole } from '../../src/open-console.ts';
import { buildGoProgram } from './go/build-go-program.ts';

const checkouts = 40;
/** One in so many asks for what breaks the database. */
const brokenEvery = 4;
const broken = checkouts / brokenEvery;

let folder: string;
let console_: OpenConsole;
const programs: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-languages-'));
  console_ = await openConsole({ dataDir: folder, port: 0, otlpHttpPort: false, otlpGrpcPort: false });
  const stock = await start(await buildGoProgram(folder), [`${console_.url}/v1/traces`, 'stock-service']);
  const program = fileURLToPath(new URL('opentelemetry-shop.ts', import.meta.url));
  const shop = await start(process.execPath, ['--import', 'tsx', program, console_.url, stock]);
  for (let index = 0; index < checkouts; index++) {
    const item = index % brokenEvery === 0 ? 'broken' : 'chair';
    const { status } = await fetch(`${shop}/checkout/${item}`);
    expect(status).toBe(item === 'chair' ? 200 : 502);
  }
  await Promise.all(programs.map(end));
}, 240_000);

afterAll(async () => {
  for (const each of programs) each.kill('SIGKILL');
  await console_?.close();
  await rm(folder, { recursive: true });
});

/** Starts a program that prints where it listens, and returns that address. */
async function start(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  programs.push(child);
  const [address] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return `http://${address}`;
}

/** Ends a program once it has sent what it knows. */
async function end(program: ChildProcess): Promise<void> {
  const exited = once(program, 'exit');
  program.stdin!.end();
  expect((await exited)[0]).toBe(0);
}

async function ask<Answer>(path: string): Promise<Answer> {
  const answer = await fetch(`${console_.url}/api/v1${path}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Answer;
}

test('who calls whom, how often, and how often in vain', async () => {
  const { nodes, edges } = await ask<ServiceMap>('/map');
  const told = nodes.map(({ name, kind, red }) => [name, kind, red.count, red.errors]);
  expect(told).toEqual([
    ['postgresql/stock', 'database', checkouts, broken],
    ['shop', 'service', checkouts, broken],
    ['stock', 'service', checkouts, broken],
  ]);
  const calls = edges.map(({ from, to, red, strength }) => [from, to, red.count, red.errors, strength]);
  expect(calls).toEqual([
    ['shop', 'stock', checkouts, broken, 1],
    ['stock', 'postgresql/stock', checkouts, broken, 1],
  ]);
});

test('who they are, and what they take', async () => {
  const { instances, operations } = await ask<ServiceDetail>('/services/stock');
  expect(instances).toMatchObject([{ instance: 'stock-1', version: '2.0.0' }]);
  const requests = operations.filter(({ request }) => request);
  expect(requests.map(({ operation, red }) => [operation, red.count])).toEqual([
    ['GET /stock/{item}', checkouts],
  ]);
  expect(requests[0]!.red.p50).toBeGreaterThanOrEqual(30);
});

test('one trace goes through both, and the database is what it waits for', async () => {
  const { traces } = await ask<TraceList>('/traces?service=shop&status=error');
  expect(traces).toHaveLength(broken);
  // The one that was disturbed least: in another, a program may have waited longer for a processor than for the database.
  const [summary] = [...traces].sort((one, other) => one.duration - other.duration);
  expect(summary).toMatchObject({ rootService: 'shop', spans: 4, services: ['shop', 'stock'] });
  const trace = await ask<TraceView>(`/traces/${summary!.traceId}`);
  const { services, operations, service, operation, depths, orphans, statuses, critical } = trace;
  expect(trace.spanIds.map((_, row) => [services[service[row]!], operations[operation[row]!]])).toEqual([
    ['shop', 'GET'],
    ['shop', 'GET'],
    ['stock', 'GET /stock/{item}'],
    ['stock', 'SELECT stock'],
  ]);
  expect(depths).toEqual([0, 1, 2, 3]);
  expect(orphans).toEqual([0, 0, 0, 0]);
  expect(statuses).toEqual([2, 2, 2, 2]);
  const waited = Array.from(critical.ends, (at, piece) => at - critical.starts[piece]!);
  const longest = waited.indexOf(Math.max(...waited));
  expect(critical.spans[longest]).toBe(3);
  expect(waited[longest]).toBeGreaterThanOrEqual(30);

  const query = await ask<SpanDetail>(`/traces/${trace.traceId}/spans/${trace.spanIds[3]}`);
  expect(query).toMatchObject({
    statusMessage: 'deadlock',
    attributes: { 'db.system': 'postgresql' },
    resource: { 'telemetry.sdk.language': 'go' },
    events: [{ name: 'exception' }],
  });
});

test('from a trace to its logs', async () => {
  const { traces } = await ask<TraceList>('/traces?service=shop&status=error');
  const { logs } = await ask<LogList>(`/logs?traceId=${traces[0]!.traceId}`);
  expect(logs).toMatchObject([{ service: 'shop', severity: 'error', body: 'the stock is 500' }]);
});
