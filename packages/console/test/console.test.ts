// Goal: what a system sends by OTLP is what the console answers. Method: a whole console on free ports, a small shop in OTLP JSON
// with a payment that fails now and then, and each request of the API as the page makes it.
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { componentRegistry, ErrorMonitor } from '@holdfast/core';
import { type AdminClusterClient, openAdminEndpoint } from '@holdfast/telemetry';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  CallsDetail,
  ConsoleStatus,
  Curve,
  ErrorList,
  ExecutionView,
  ExemplarList,
  FlameView,
  LogList,
  Overview,
  ProfileList,
  ProfileSummary,
  QueryAnswer,
  ServiceDetail,
  ServiceMap,
  SpanDetail,
  TraceList,
  TraceView,
} from '../src/api/console-api.ts';
import { type OpenConsole, openConsole } from '../src/open-console.ts';

const token = 'a token for the tests';
const orders = 200;
const failing = 10;

let dataDir: string;
let console_: OpenConsole;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-console-'));
  console_ = await openConsole({ dataDir, port: 0, otlpHttpPort: false, otlpGrpcPort: false, token });
  await send('/v1/traces', { resourceSpans: shopSpans() });
  await send('/v1/logs', { resourceLogs: [shopLogs()] });
  await send('/v1/metrics', { resourceMetrics: [shopMetrics()] });
});

afterAll(async () => {
  await console_.close();
  await rm(dataDir, { recursive: true });
});

const begun = Date.now() - 60_000;
const traceId = (order: number): string => (order + 1).toString(16).padStart(32, '0');
const spanId = (order: number, place: number): string =>
  (order * 16 + place + 1).toString(16).padStart(16, '0');
const nanos = (millis: number): string => `${BigInt(Math.round(millis * 1e3)) * 1000n}`;
const attributes = (all: Record<string, string | number>) =>
  Object.entries(all).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: `${value}` } : { stringValue: value },
  }));
const resource = (service: string, more: Record<string, string | number> = {}) => ({
  attributes: attributes({
    'service.name': service,
    'service.instance.id': `${service}-1`,
    'service.version': '1.2.0',
    ...more,
  }),
});

/** gateway > orders > payments, and the database of orders; 40 ms in all, 20 of them in payments. */
function shopSpans() {
  const spans: Record<string, object[]> = { gateway: [], orders: [], payments: [] };
  for (let order = 0; order < orders; order++) {
    const start = begun + order * 10;
    const fails = order % (orders / failing) === 0;
    const status = fails ? { code: 2, message: 'card refused' } : {};
    const span = (place: number, parent: number, name: string, kind: number, at: number, took: number) => ({
      traceId: traceId(order),
      spanId: spanId(order, place),
      parentSpanId: parent < 0 ? '' : spanId(order, parent),
      name,
      kind,
      startTimeUnixNano: nanos(start + at),
      endTimeUnixNano: nanos(start + at + took),
      status,
    });
    spans['gateway']!.push(span(0, -1, 'POST /orders', 2, 0, 40), {
      ...span(1, 0, 'POST', 3, 1, 38),
      attributes: attributes({ 'peer.service': 'orders' }),
    });
    spans['orders']!.push(
      { ...span(2, 1, 'POST /orders', 2, 2, 36), attributes: attributes({ 'order.id': order }) },
      {
        ...span(3, 2, 'INSERT', 3, 3, 5),
        status: {},
        attributes: attributes({ 'db.system.name': 'postgresql', 'db.namespace': 'orders' }),
      },
      { ...span(4, 2, 'POST', 3, 10, 22), attributes: attributes({ 'peer.service': 'payments' }) },
    );
    const thrown = {
      timeUnixNano: nanos(start + 30),
      name: 'exception',
      attributes: attributes({
        'exception.type': 'CardError',
        'exception.message': `card ${order} is refused`,
      }),
    };
    spans['payments']!.push({ ...span(5, 4, 'POST /charge', 2, 11, 20), events: fails ? [thrown] : [] });
  }
  return Object.entries(spans).map(([service, all]) => ({
    resource: resource(service),
    scopeSpans: [{ scope: { name: 'shop' }, spans: all }],
  }));
}

function shopLogs() {
  const log = (order: number, severityNumber: number, body: string) => ({
    timeUnixNano: nanos(begun + order * 10 + 15),
    severityNumber,
    body: { stringValue: body },
    traceId: traceId(order),
    spanId: spanId(order, 2),
  });
  const logRecords = [log(0, 9, 'Order 0 taken'), log(1, 17, 'Order 1 lost'), log(1, 13, 'Order 1 is late')];
  return { resource: resource('orders'), scopeLogs: [{ logRecords }] };
}

function shopMetrics() {
  const dataPoints = [{ timeUnixNano: nanos(begun), asDouble: 0.75 }];
  const objective = (name: string, asDouble: number, more: Record<string, string> = {}) => ({
    name,
    gauge: {
      dataPoints: [
        {
          timeUnixNano: nanos(begun),
          asDouble,
          attributes: attributes({ 'holdfast.slo.name': 'orders', ...more }),
        },
      ],
    },
  });
  const counter = (name: string, ...values: readonly number[]) => ({
    name,
    sum: {
      aggregationTemporality: 2,
      isMonotonic: true,
      dataPoints: values.map((value, index) => ({
        timeUnixNano: nanos(begun + index * 10_000),
        asDouble: value,
      })),
    },
  });
  const pause = (index: number, count: number, sum: number) => ({
    timeUnixNano: nanos(begun + index * 10_000),
    count,
    sum,
    explicitBounds: [0.1],
    bucketCounts: [count, 0],
    exemplars: [
      {
        timeUnixNano: nanos(begun + index * 10_000),
        asDouble: sum / count,
        traceId: traceId(index),
        spanId: spanId(index, 0),
        filteredAttributes: attributes({ user: 'u1' }),
      },
    ],
  });
  const metrics = [
    counter('process.disk.io', 1_000, 21_000),
    // It began anew between the second and the third.
    counter('system.network.io', 5_000, 25_000, 30_000 - 20_000),
    counter('system.network.errors', 2, 2, 5),
    counter('holdfast.queue.dropped', 7, 7),
    counter('holdfast.cgroup.cpu.throttled.time', 3, 5.5),
    {
      name: 'v8js.gc.duration',
      unit: 's',
      histogram: { aggregationTemporality: 2, dataPoints: [pause(0, 10, 0.1), pause(1, 14, 0.12)] },
    },
    { name: 'process.cpu.utilization', unit: '1', gauge: { dataPoints } },
    objective('holdfast.slo.target', 0.99),
    objective('holdfast.slo.budget.remaining', 0.4),
    objective('holdfast.slo.events', 95, { 'holdfast.slo.outcome': 'good' }),
    objective('holdfast.slo.events', 5, { 'holdfast.slo.outcome': 'bad' }),
    objective('holdfast.slo.burn_rate', 6, { 'holdfast.slo.window': '60m' }),
  ];
  return { resource: resource('orders'), scopeMetrics: [{ metrics }] };
}

async function send(path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${console_.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

async function ask<Answer>(path: string): Promise<Answer> {
  const answer = await fetch(`${console_.url}/api/v1${path}`);
  const body = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(body));
  return body as Answer;
}

function post(path: string, body: unknown, bearer?: string): Promise<Response> {
  return fetch(`${console_.url}/api/v1${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify(body),
  });
}

describe('services', () => {
  test('the overview counts requests once, as they came from outside', async () => {
    const { objectives, services, signals, sentence } = await ask<Overview>('/overview');
    expect(services.map(({ name }) => name).sort()).toEqual(['gateway', 'orders', 'payments']);
    for (const { red } of services) expect(red).toMatchObject({ count: orders, errors: failing });
    const seen = signals.traffic.values.reduce<number>((sum, rate) => sum + (rate ?? 0) * 10, 0);
    expect(Math.round(seen)).toBe(orders);
    expect(Math.max(...signals.saturation!.values.map((share) => share ?? 0))).toBe(0.75);
    expect(sentence).not.toBe('');
    expect(objectives).toEqual([
      { name: 'orders', service: 'orders', target: 0.99, good: 95, total: 100, budgetLeft: 0.4, burnRate: 6 },
    ]);
  });

  test('the map has who calls whom, the database too', async () => {
    const { nodes, edges, cycles } = await ask<ServiceMap>('/map');
    expect(edges.map(({ from, to, red }) => `${from} ${to} ${red.count}`).sort()).toEqual([
      `gateway orders ${orders}`,
      `orders payments ${orders}`,
      `orders postgresql/orders ${orders}`,
    ]);
    expect(nodes.find(({ name }) => name === 'postgresql/orders')!.kind).toBe('database');
    const gateway = nodes.find(({ name }) => name === 'gateway')!;
    expect(gateway.gates).toEqual(['orders', 'payments', 'postgresql/orders']);
    const payments = nodes.find(({ name }) => name === 'payments')!;
    expect(payments.criticalShare).toBeCloseTo(0.5);
    expect(cycles).toEqual([]);
  });

  test('a service has its operations, instances, and where its time goes', async () => {
    const detail = await ask<ServiceDetail>('/services/orders');
    const named = (requests: boolean) =>
      detail.operations
        .filter(({ request }) => request === requests)
        .map(({ operation, kind }) => `${operation} ${kind}`)
        .sort();
    expect(named(true)).toEqual(['POST /orders server']);
    expect(named(false)).toEqual(['INSERT client', 'POST client']);
    expect(detail.operations[0]!.request).toBe(true);
    expect(detail.instances).toMatchObject([
      { instance: 'orders-1', version: '1.2.0', red: { count: orders } },
    ]);
    const told = detail.instances[0]!.resources.map((row) => {
      const last = (curve: Curve | null) => curve?.values.findLast((value) => value !== null);
      const [used, waits, amount] = [row.utilization, row.saturation, row.amount].map(last);
      return [row.resource, used, waits, row.unit, amount, row.amountUnit, row.errors];
    });
    expect(told).toEqual([
      ['cpu', 0.75, undefined, undefined, undefined, undefined, undefined],
      ['cpu-limit', undefined, 25, '% throttled', undefined, undefined, undefined],
      ['gc', undefined, expect.closeTo(5), 'ms', undefined, undefined, undefined],
      ['queue', undefined, undefined, undefined, undefined, undefined, 0],
      ['disk', undefined, undefined, undefined, 2_000, 'B/s', undefined],
      ['network', undefined, undefined, undefined, 1_000, 'B/s', 3],
    ]);
    expect(detail.latencies.counts.reduce((sum, count) => sum + count, 0)).toBe(orders);
    expect(detail.breakdown.map(({ callee }) => callee)).toContain('payments');
    await expect(ask('/services/nobody')).rejects.toThrow('no service nobody');
  });

  test('the calls of one service by another, by operation and by process', async () => {
    const detail = await ask<CallsDetail>('/calls/orders/payments');
    expect(detail.edges).toMatchObject([{ kind: 'call', red: { count: orders, errors: failing, max: 22 } }]);
    // Who answered knows only how long it took there.
    expect(detail.operations).toMatchObject([
      { from: 'POST', to: 'POST /charge', red: { count: orders, max: 20 } },
    ]);
    expect(detail.instances).toMatchObject([
      { from: 'orders-1', to: 'payments-1', red: { errors: failing } },
    ]);
    const traffic = detail.signals.traffic.values.reduce((sum, value) => sum! + value!, 0)!;
    expect(traffic * detail.signals.traffic.step).toBeCloseTo(orders * 1e3);
    const database = await ask<CallsDetail>(`/calls/orders/${encodeURIComponent('postgresql/orders')}`);
    expect(database.operations).toMatchObject([{ from: 'INSERT', red: { count: orders, max: 5 } }]);
    await expect(ask('/calls/payments/orders')).rejects.toThrow('no call of orders by payments');
  });

  test('operations in the order in which they run, with what data they use', async () => {
    const { edges, nodes, traces } = await ask<ExecutionView>('/execution');
    expect(traces).toBe(orders);
    expect(nodes.map(({ name, service, kind }) => `${service ?? kind} ${name}`)).toEqual([
      ...['gateway POST /orders', 'orders POST /orders', 'data orders', 'payments POST /charge'],
    ]);
    const said = ({ from, to, kind, red, place, times }: ExecutionView['edges'][number]) =>
      `${nodes[from]!.service} ${kind} ${nodes[to]!.service ?? nodes[to]!.name}: ${red.count}, ${red.errors} failed, ${place}, ${times}x`;
    expect(edges.map(said)).toEqual([
      `gateway call orders: ${orders}, ${failing} failed, 1, 1x`,
      `orders call payments: ${orders}, ${failing} failed, 2, 1x`,
      `orders writes orders: ${orders}, 0 failed, 1, 1x`,
    ]);
    // What the caller waited for is more than the callee took.
    expect(edges[1]!.red.max).toBeCloseTo(22);
    expect(nodes[3]!.red.max).toBeCloseTo(20);
    const around = await ask<ExecutionView>('/execution?service=payments&operation=POST%20/charge');
    expect(around.nodes.map(({ service }) => service)).toEqual(['gateway', 'orders', 'payments']);
    await expect(ask('/execution?operation=POST')).rejects.toThrow('service');
  });

  test('a window that is over and in which there was nothing is not waited for', async () => {
    const { sentence } = await ask<Overview>(`/overview?from=${begun - 900_000}&to=${begun - 800_000}`);
    expect(sentence).toBe('Nothing was heard in this window.');
  });

  test('a window that is long over is read from the store, and says the same', async () => {
    const near = await ask<ServiceMap>('/map');
    const far = await ask<ServiceMap>(`/map?from=${begun - 40 * 86_400_000}&to=${Date.now()}`);
    const counts = ({ edges }: ServiceMap) =>
      edges.map(({ from, to, red: { count, errors, p95 } }) => ({ from, to, count, errors, p95 }));
    expect(counts(far)).toEqual(counts(near));
  });
});

describe('traces', () => {
  test('are found, page by page', async () => {
    const first = await ask<TraceList>('/traces?limit=150');
    expect(first.traces).toHaveLength(150);
    const second = await ask<TraceList>(`/traces?limit=150&cursor=${first.cursor}`);
    expect(second.traces).toHaveLength(50);
    expect(second.cursor).toBeUndefined();
    expect(new Set([...first.traces, ...second.traces].map((trace) => trace.traceId)).size).toBe(orders);
    expect(first.traces[0]).toMatchObject({
      rootService: 'gateway',
      rootOperation: 'POST /orders',
      spans: 6,
    });
  });

  test('by status, service and attribute', async () => {
    expect((await ask<TraceList>('/traces?status=error&limit=500')).traces).toHaveLength(failing);
    // No span says that it is well: those that are not are those that failed.
    expect((await ask<TraceList>('/traces?status=ok&limit=500')).traces).toHaveLength(orders - failing);
    expect((await ask<TraceList>('/traces?service=orders&attribute=order.id=7')).traces).toMatchObject([
      { traceId: traceId(7) },
    ]);
    expect((await ask<TraceList>('/traces?service=orders&instance=orders-2')).traces).toEqual([]);
    expect((await ask<TraceList>('/traces?durationMin=41')).traces).toEqual([]);
    const calls = async (query: string) => (await ask<TraceList>(`/traces?limit=500&${query}`)).traces.length;
    expect(await calls('service=orders&callee=payments')).toBe(orders);
    expect(await calls('service=orders&callee=payments&status=error')).toBe(failing);
    expect(await calls('service=orders&operation=INSERT&callee=payments')).toBe(0);
    expect(await calls('service=payments&callee=orders')).toBe(0);
    expect(await calls('callee=payments')).toBe(orders);
    expect(await calls('service=orders&callee=payments&calleeInstance=payments-1')).toBe(orders);
    expect(await calls('service=orders&callee=payments&calleeInstance=payments-2')).toBe(0);
    expect(await calls('callee=payments&calleeOperation=POST%20/charge')).toBe(orders);
    expect(await calls('callee=payments&calleeOperation=POST%20/refund')).toBe(0);
    await expect(ask('/traces?calleeInstance=payments-1')).rejects.toThrow('callee');
    await expect(ask('/traces?limit=0')).rejects.toThrow('limit');
  });

  test('a trace is a waterfall with its critical path', async () => {
    const view = await ask<TraceView>(`/traces/${traceId(0)}`);
    expect(view).toMatchObject({ spanCount: 6, duration: 40, omitted: 0, logs: 1 });
    expect(view.depths).toEqual([0, 1, 2, 3, 3, 4]);
    expect(view.statuses).toEqual([2, 2, 2, 0, 2, 2]);
    const { starts, ends } = view.critical;
    const filled = Array.from(ends).reduce((sum, end, piece) => sum + end - starts[piece]!, 0);
    expect(filled).toBeCloseTo(40, 2);
    const detail = await ask<SpanDetail>(`/traces/${traceId(0)}/spans/${spanId(0, 5)}`);
    expect(detail).toMatchObject({
      scope: 'shop',
      statusMessage: 'card refused',
      resource: { 'service.name': 'payments' },
    });
    expect(detail.events[0]).toMatchObject({ name: 'exception' });
    // A number holds a moment of our time to a quarter of a microsecond.
    expect(detail.events[0]!.at).toBeCloseTo(begun + 30, 2);
    await expect(ask(`/traces/${traceId(orders)}`)).rejects.toThrow('NOT_FOUND');
  });

  test('critical paths are laid over one another', async () => {
    const { traces, nodes } = await ask<FlameView>('/flame?service=orders');
    expect(traces).toBe(orders);
    expect(nodes[0]).toMatchObject({ service: 'orders', operation: 'POST /orders', presence: 1 });
    expect(nodes[0]!.total).toBeCloseTo(36);
  });
});

test('a metric leads from its greatest values to the traces that they were measured in', async () => {
  const path = '/exemplars?service=orders&metric=v8js.gc.duration';
  const { exemplars } = await ask<ExemplarList>(path);
  expect(exemplars.map(({ value }) => value)).toEqual([0.01, 0.12 / 14]);
  expect(exemplars[0]).toEqual({
    at: expect.closeTo(begun, 2),
    metric: 'v8js.gc.duration',
    unit: 's',
    value: 0.01,
    service: 'orders',
    instance: 'orders-1',
    attributes: {},
    traceId: traceId(0),
    spanId: spanId(0, 0),
  });
  const [slowest] = exemplars;
  expect((await ask<TraceView>(`/traces/${slowest!.traceId}`)).traceId).toBe(slowest!.traceId);
  expect((await ask<ExemplarList>(`${path}&max=0.009`)).exemplars).toHaveLength(1);
  expect((await ask<ExemplarList>(`${path}&unit=s&perSeries=true`)).exemplars).toHaveLength(1);
  expect((await ask<ExemplarList>(`${path}&attribute=v8js.gc.type=major`)).exemplars).toEqual([]);
  const sql = 'SELECT metric, trace_id FROM exemplars ORDER BY value DESC LIMIT 1';
  const inSql = (await (await post('/query', { sql })).json()) as QueryAnswer;
  expect(inSql.rows).toEqual([['v8js.gc.duration', traceId(0)]]);
  const refused = await fetch(`${console_.url}/api/v1/exemplars?min=much`);
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('min')]);
});

describe('logs and errors', () => {
  test('logs are searched, and led to from a trace', async () => {
    expect((await ask<LogList>('/logs')).logs.map(({ body }) => body)).toEqual([
      ...['Order 1 is late', 'Order 1 lost', 'Order 0 taken'],
    ]);
    expect((await ask<LogList>('/logs?severity=error')).logs).toMatchObject([
      { severity: 'error', service: 'orders' },
    ]);
    expect((await ask<LogList>('/logs?text=ORDER 1')).logs).toHaveLength(2);
    const ofTrace = await ask<LogList>(`/logs?traceId=${traceId(0)}`);
    expect(ofTrace.logs).toMatchObject([
      { body: 'Order 0 taken', traceId: traceId(0), spanId: spanId(0, 2) },
    ]);
    const first = await ask<LogList>('/logs?limit=2');
    expect((await ask<LogList>(`/logs?limit=2&cursor=${first.cursor}`)).logs).toHaveLength(1);
    expect(first.histogram.map(({ severity }) => severity)).toEqual(['info', 'warn', 'error']);
  });

  test('errors that are the same trouble are one group, with traces that show it', async () => {
    const { groups } = await ask<ErrorList>('/errors');
    // Those that called who failed are not listed beside.
    expect(groups).toHaveLength(1);
    const group = groups[0]!;
    expect(group).toMatchObject({
      name: 'CardError',
      service: 'payments',
      message: 'card # is refused',
      count: failing,
    });
    expect(group.samples[0]!.traceId).toHaveLength(32);
    expect(group.curve!.values.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(failing);
  });
});

describe('SQL', () => {
  const query = async (sql: string): Promise<QueryAnswer> => (await post('/query', { sql })).json() as never;

  test('reads', async () => {
    const { columns, types, rows } = await query(
      "SELECT service, count(*)::INTEGER AS n, attributes->>'order.id' IS NOT NULL AS has FROM spans WHERE kind = 'server' GROUP BY ALL ORDER BY service",
    );
    expect(columns).toEqual(['service', 'n', 'has']);
    expect(types).toEqual(['VARCHAR', 'INTEGER', 'BOOLEAN']);
    expect(rows).toEqual([
      ['gateway', orders, false],
      ['orders', orders, true],
      ['payments', orders, false],
    ]);
    expect((await query('SELECT body, trace_id FROM logs ORDER BY time LIMIT 1')).rows).toEqual([
      ['Order 0 taken', traceId(0)],
    ]);
    expect(
      (await query("SELECT metric, service, value FROM metrics WHERE metric LIKE 'process.cpu%'")).rows,
    ).toEqual([['process.cpu.utilization', 'orders', 0.75]]);
    expect(await query('SELECT * FROM range(20000)')).toMatchObject({ truncated: true });
  });

  test.each([
    ['a change', 'DELETE FROM spans_fresh'],
    ['two statements', 'SELECT 1; SELECT 2'],
    ['no statement', 'SELECT FROM WHERE'],
    ['a file', "SELECT * FROM read_text('/etc/hostname')"],
    ['a folder', "SELECT * FROM glob('/etc/*')"],
    ['another database', "ATTACH '/tmp/other.duckdb'"],
    ['a setting', "SET memory_limit = '100GB'"],
    ['an export', "COPY spans TO '/tmp/spans.csv'"],
    ['a change of its own transaction', 'COMMIT'],
  ])('refuses %s', async (_, sql) => {
    const answer = await post('/query', { sql });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'QUERY_REFUSED' });
    expect((await query('SELECT count(*)::INTEGER FROM spans')).rows).toEqual([[orders * 6]]);
  });

  test.each([
    ['SELECT service\nFROM spans WHERE nothing = 1', 'line 2, column 18'],
    ['SELECT * FORM spans', 'line 1, column 15'],
    [`SELECT ${'operation, '.repeat(40)}nothing, ${'service, '.repeat(40)} FROM spans`, 'line 1, column 448'],
  ])('says where %s is wrong', async (sql, place) => {
    const { detail } = (await (await post('/query', { sql })).json()) as { detail: string };
    expect(detail).toContain(`${place}: `);
    expect(detail).not.toContain('^');
  });

  test('what it answers can be had as Parquet', async () => {
    const answer = await fetch(`${console_.url}/api/v1/export/spans.parquet`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    expect(bytes.subarray(0, 4).toString()).toBe('PAR1');
    await expect(ask('/export/passwords.parquet')).rejects.toThrow('NOT_FOUND');
  });
});

describe('the door', () => {
  test('who acts needs the token, who looks does not', async () => {
    expect((await post('/profiles', { source: 'x', kind: 'cpu' })).status).toBe(401);
    expect((await post('/profiles', { source: 'x', kind: 'cpu' }, 'another token altogether')).status).toBe(
      401,
    );
    expect((await post('/profiles', { source: 'x', kind: 'cpu' }, token)).status).toBe(404);
    expect((await ask<ConsoleStatus>('/status')).mayAct).toBe(false);
  });

  test('a page of another site that leads its name here is refused', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { host: 'evil.example:7400' };
      request(`${console_.url}/api/v1/status`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      })
        .once('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  test.each(['//', 'http://['])('a path that is none is a bad request: %s', async (path) => {
    const { port } = new URL(console_.url);
    const status = await new Promise<number>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path }, (answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      })
        .once('error', reject)
        .end();
    });
    expect(status).toBe(400);
  });

  test('the page is served for each of its places, and runs no code but its own', async () => {
    const answer = await fetch(`${console_.url}/services/orders`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await fetch(`${console_.url}/assets/..%2f..%2fpackage.json`)).status).toBe(404);
  });

  test('live events come without asking again', async () => {
    const gone = new AbortController();
    const answer = await fetch(`${console_.url}/api/v1/live?channels=status,overview`, {
      signal: gone.signal,
    });
    const seen = new Set<string>();
    let text = '';
    for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      for (const [, channel] of text.matchAll(/^event: (\w+)$/gm)) seen.add(channel!);
      if (text.split('event: status').length > 2 && seen.size === 2) break;
    }
    gone.abort();
    expect([...seen].sort()).toEqual(['overview', 'status']);
    // Events come without a token, and so do not say whether one may act.
    expect(text).not.toContain('mayAct');
    await expect(ask('/live?channels=secrets')).rejects.toThrow('INVALID_ARGUMENT');
  });

  test('figures say what came in', async () => {
    const status = await ask<ConsoleStatus>('/status');
    expect(status.spans).toMatchObject({ received: orders * 6, stored: orders * 6, refused: 0, dropped: 0 });
    expect(status.logs.stored).toBe(3);
    expect(status.metrics.stored).toBe(20);
    expect(status.mayAct).toBe(false);
  });
});

test('a process that says where its admin endpoint is can be asked, by who has the token', async () => {
  const endpoint = await openAdminEndpoint({ service: 'self', token });
  const monitor = new ErrorMonitor();
  for (let n = 0; n < 6; n++) monitor.record(new Error('connection lost'));
  const clients = componentRegistry<{ report(): AdminClusterClient }>('holdfast.cluster-clients');
  const used = {
    host: '127.0.0.1',
    port: 2_379,
    state: 'used',
    failures: 0,
    lastFailure: undefined,
  } as const;
  const report = { name: 'cluster', endpoints: [used] };
  const client = { report: () => report };
  clients.add(client);
  try {
    const says = { 'holdfast.admin.url': endpoint.url, 'process.pid': process.pid };
    const span = shopSpans()[0]!.scopeSpans[0]!.spans[0]!;
    await send('/v1/traces', {
      resourceSpans: [
        {
          resource: resource('self', says),
          scopeSpans: [{ spans: [{ ...span, traceId: 'f'.repeat(32), spanId: 'f'.repeat(16) }] }],
        },
      ],
    });
    let sources: ProfileList['sources'] = [];
    await expect
      .poll(async () => (sources = (await ask<ProfileList>('/profiles')).sources), { timeout: 20_000 })
      .toHaveLength(1);
    const { source } = sources[0]!;
    const answer = await post('/profiles', { source, kind: 'cpu', duration: 100 }, token);
    expect(answer.status).toBe(200);
    const { id } = (await answer.json()) as ProfileSummary;
    expect(await ask(`/profiles/${id}`)).toMatchObject({ kind: 'cpu', unit: 'microseconds' });
    expect((await ask<ProfileList>('/profiles')).profiles).toMatchObject([{ id, service: 'self' }]);
    // Its monitor says how often, and not when.
    const { groups } = await ask<ErrorList>('/errors');
    expect(groups.find(({ service }) => service === 'self')).toMatchObject({
      message: 'connection lost',
      count: 6,
      rate: 0.1,
      curve: null,
    });
    // So do its clients say where they ask.
    const row = { source, service: 'self', instance: 'self-1', name: 'cluster' };
    expect(await ask('/clients')).toMatchObject([{ ...row, endpoints: [{ port: 2_379, state: 'used' }] }]);
    expect((await ask<ServiceDetail>('/services/self')).clients).toMatchObject([row]);
    expect((await ask<ServiceDetail>('/services/orders')).clients).toEqual([]);
  } finally {
    clients.delete(client);
    await endpoint.close();
  }
}, 60_000);
