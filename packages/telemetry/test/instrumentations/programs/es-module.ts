import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { discardingExporter } from '../../../src/export/discarding-exporter.ts';
import { startTelemetry } from '../../../src/index.ts';
import type { SpanRecord } from '../../../src/trace/span-record.ts';

/** An ES module like any other: what is instrumented is loaded before, by its name. */
const kinds: number[] = [];
const exporter = { ...discardingExporter, addSpan: ({ kind }: SpanRecord) => kinds.push(kind) };
const telemetry = await startTelemetry({
  service: 'shop',
  environment: {},
  metrics: false,
  exporter,
  instrumentations: [new HttpInstrumentation()],
});

const server = createServer((_request, response) => response.end('done'));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
await request();
await telemetry.shutdown();
await request();
await new Promise((resolve) => server.close(resolve));
process.stdout.write(JSON.stringify({ spans: [], kinds }));

function request(): Promise<void> {
  return new Promise((resolve, reject) => {
    get(origin, { agent: false }, (response) => {
      response.resume();
      response.once('close', resolve);
    }).once('error', reject);
  });
}
