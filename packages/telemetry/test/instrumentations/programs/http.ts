import type * as Http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { request as undici } from 'undici';
import { alwaysOff, alwaysOn } from '../../../src/sampling/constant.ts';
import { parentBased } from '../../../src/sampling/parent-based.ts';
import { instrumented, tell } from './traced-program.ts';

const [client, path, sampled] = process.argv.slice(2);
const traced = instrumented([new HttpInstrumentation(), new UndiciInstrumentation()], {
  sampler: parentBased(sampled === 'unsampled' ? alwaysOff : alwaysOn),
});
const { contexts, tracer } = traced;
const http = createRequire(import.meta.url)('node:http') as typeof Http;

const headers: (string | undefined)[] = [];
const server = http.createServer(async (request, response) => {
  headers.push(request.headers['traceparent'] as string | undefined);
  await new Promise((resolve) => setTimeout(resolve, 1));
  tracer.startActiveSpan('work', (span) => span.end());
  response.writeHead(request.url === '/failing' ? 503 : 200).end('done');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
if (path === 'refused') await new Promise((resolve) => server.close(resolve));

const clients = { http: viaHttp, fetch: viaFetch, undici: viaUndici };
let keptItsSpan = false;
await tracer.startActiveSpan('caller', async (span) => {
  await clients[client as keyof typeof clients]().catch(() => {});
  keptItsSpan = trace.getSpan(contexts.active()) === span;
  span.end();
});
server.closeAllConnections();
await new Promise((resolve) => server.close(resolve));
tell(traced, { headers, keptItsSpan });

async function viaFetch(): Promise<void> {
  await (await fetch(`${origin}/${path}`)).text();
}

async function viaUndici(): Promise<void> {
  const { body } = await undici(`${origin}/${path}`);
  await body.text();
}

function viaHttp(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${origin}/${path}`, (response) => {
      response.resume();
      response.once('end', resolve);
    });
    request.once('error', reject);
  });
}
