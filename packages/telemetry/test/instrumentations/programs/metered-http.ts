import type * as Http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { MeterProvider } from '../../../src/meter/meter-provider.ts';
import { MetricRegistry } from '../../../src/metrics/metric-registry.ts';

const registry = new MetricRegistry();
const meters = new MeterProvider({ registry });
for (const instrumentation of [new HttpInstrumentation(), new UndiciInstrumentation()]) {
  instrumentation.setMeterProvider(meters);
  instrumentation.enable();
}
const http = createRequire(import.meta.url)('node:http') as typeof Http;

const server = http.createServer((request, response) => {
  response.writeHead(request.url === '/failing' ? 503 : 200).end('done');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
for (const path of ['orders', 'orders', 'failing']) await (await fetch(`${origin}/${path}`)).text();
await new Promise<void>((resolve) => {
  http.get(`${origin}/orders`, (response) => response.resume().once('end', () => resolve()));
});
server.closeAllConnections();
await new Promise((resolve) => server.close(resolve));

const metrics = registry.families().flatMap((family) => {
  if (family.kind !== 'histogram') return [];
  const series = [...family.series()].map(({ labels, reading }) => ({
    library: labels.scope?.name,
    status: labels.attributes['http.response.status_code'],
    count: Array.from(reading.counts).reduce((sum, count) => sum + count, 0),
  }));
  return [{ name: family.name, unit: family.unit, series }];
});
console.log(JSON.stringify({ spans: [], metrics }));
