// A shop that knows nothing of Holdfast: OpenTelemetry's SDK and its instrumentation of http.
// `opentelemetry-shop.ts <receiver> <stock>` answers GET /checkout/<item> by what the stock says, on a port of loopback that it
// prints. It ends when its input does.
import type * as Http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

const [receiver, stock] = process.argv.slice(2) as [string, string];

const resource = resourceFromAttributes({
  'service.name': 'shop',
  'service.version': '1.4.0',
  'service.instance.id': 'shop-1',
  'telemetry.sdk.language': 'nodejs',
});
const tracers = new TracerProvider({
  resource,
  spanProcessors: [
    new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${receiver}/v1/traces` }) } as never),
  ],
});
const loggers = new LoggerProvider({
  resource,
  processors: [
    new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${receiver}/v1/logs` }) } as never),
  ],
});
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
const instrumentation = new HttpInstrumentation();
instrumentation.setTracerProvider(tracers);
instrumentation.enable();

const http = createRequire(import.meta.url)('node:http') as typeof Http;
const logger = loggers.getLogger('shop');

const server = http.createServer((request, response) => {
  const item = (request.url ?? '').split('/').at(-1);
  const asked = http.get(`${stock}/stock/${item}`, (answer) => {
    answer.resume();
    if (answer.statusCode === 200) response.end('sold');
    else {
      logger.emit({ severityNumber: 17, severityText: 'ERROR', body: `the stock is ${answer.statusCode}` });
      response.writeHead(502).end('no stock');
    }
  });
  asked.on('error', () => response.writeHead(504).end('nobody there'));
});
server.listen(0, '127.0.0.1', () => console.log(`127.0.0.1:${(server.address() as AddressInfo).port}`));

process.stdin.resume().once('end', async () => {
  server.close();
  server.closeAllConnections();
  await Promise.all([tracers.shutdown(), loggers.shutdown()]);
  process.exit();
});
