import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '@holdfast/runtime/testkit';
import {
  MeterProvider,
  MetricRegistry,
  negotiateFormat,
  observeProcess,
  observeResources,
  streamExposition,
} from '@holdfast/telemetry';
import { afterAll, beforeAll, expect, test } from 'vitest';

const registry = new MetricRegistry();
const process_ = observeProcess(registry);
const resources = observeResources({ registry });
/** The content types of what was answered. */
const answered: string[] = [];
const span = { traceId: '0123456789abcdef0123456789abcdef', spanId: '00f067aa0ba902b7' };
let pages: Server;
let folder: string;
let prometheus: ChildProcess;
let url: string;

beforeAll(async () => {
  const program = process.env['HOLDFAST_PROMETHEUS_PROGRAM'];
  if (program === undefined) {
    throw new Error('HOLDFAST_PROMETHEUS_PROGRAM is not set: run these tests with npm run test:services');
  }
  const calls = registry.counter('rpc.handled', { help: 'Calls.', labels: ['method', 'code.name'] });
  calls.with({ method: 'a"b\\c\nü', 'code.name': 'OK' }).add(7);
  registry.exemplars.begin({ spans: { open: 1, active: () => span } });
  const took = new MeterProvider({ registry })
    .getMeter('shop', '1.2.0')
    .createHistogram('http.server.request.duration', { unit: 's' });
  for (let index = 0; index < 100; index += 1) took.record(index / 100, { 'http.response.status_code': 200 });

  pages = createServer(async (request, response) => {
    const format = negotiateFormat(request.headers.accept);
    answered.push(format.contentType);
    response.setHeader('content-type', format.contentType);
    for await (const piece of streamExposition(registry, format)) response.write(piece);
    response.end();
  });
  pages.listen(0, '127.0.0.1');
  await once(pages, 'listening');
  const target = `127.0.0.1:${(pages.address() as AddressInfo).port}`;

  folder = await mkdtemp(join(tmpdir(), 'holdfast-prometheus-'));
  const file = join(folder, 'prometheus.yml');
  await writeFile(
    file,
    `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['${target}'] }]
`,
  );
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  prometheus = spawn(
    program,
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ],
    { stdio: 'ignore' },
  );
});

afterAll(async () => {
  process_.stop();
  resources.stop();
  if (prometheus?.exitCode === null) {
    prometheus.kill('SIGKILL');
    await once(prometheus, 'exit');
  }
  pages?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

/** What Prometheus says to a query, once it says anything. */
async function query(text: string): Promise<readonly Sample[]> {
  for (;;) {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(text)}`).catch(
      () => undefined,
    );
    if (answer?.ok) {
      const { data } = (await answer.json()) as { data: { result: Sample[] } };
      if (data.result.length > 0) return data.result;
    }
    await setTimeout(200);
  }
}

test('Prometheus scrapes all of it, and finds what was measured', { timeout: 60_000 }, async () => {
  expect((await query('up == 1'))[0]!.metric['job']).toBe('shop');
  const [handled] = await query('rpc_handled_total');
  expect(handled!.metric).toMatchObject({ method: 'a"b\\c\nü', code_name: 'OK' });
  expect(handled!.value[1]).toBe('7');
  const [median] = await query(
    'histogram_quantile(0.5, http_server_request_duration_seconds_bucket{http_response_status_code="200"})',
  );
  expect(Number(median!.value[1])).toBeCloseTo(0.5, 1);
  expect(median!.metric['otel_scope_name']).toBe('shop');
  expect(
    Number((await query('process_cpu_time_seconds_total{cpu_mode="user"}'))[0]!.value[1]),
  ).toBeGreaterThan(0);
  expect(Number((await query('process_cpu_seconds_total'))[0]!.value[1])).toBeGreaterThan(0);
  expect(await query('scrape_samples_scraped > 100')).toHaveLength(1);
  expect(answered[0]).toContain('openmetrics');
});

test('Prometheus keeps the exemplars of buckets, by which it leads to traces', {
  timeout: 60_000,
}, async () => {
  await query('http_server_request_duration_seconds_bucket');
  const asked = new URLSearchParams({
    query: 'http_server_request_duration_seconds_bucket{le="0.5"}',
    start: `${Date.now() / 1_000 - 600}`,
    end: `${Date.now() / 1_000 + 60}`,
  });
  const answer = await fetch(`${url}/api/v1/query_exemplars?${asked}`);
  const { data } = (await answer.json()) as { data: { exemplars: object[] }[] };
  expect(data[0]?.exemplars).toMatchObject([
    { labels: { trace_id: span.traceId, span_id: span.spanId }, value: '0.5' },
  ]);
});
