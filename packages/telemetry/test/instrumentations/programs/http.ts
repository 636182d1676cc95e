import type * as Http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { request as undici } from 'undici';
import { alwaysOff, alwaysOn } from '../../../src/sampling/constant.ts';
import { errorsAlways } from '../../../src/sampling/errors-always.ts';
import { parentBased } from '../../../src/sampling/parent-based.ts';
import { instrumented, type ToldSpan, toldSpans } from './traced-program.ts';

/** What came of one request, from the caller to the work of the server. */
export interface Requested {
  readonly spans: readonly ToldSpan[];
  /** What the server was told of the trace. */
  readonly traceparent: string | undefined;
  /** Whether the caller had its span active afterwards. */
  readonly keptItsSpan: boolean;
}

const samplers = {
  everything: parentBased(alwaysOn),
  nothing: parentBased(alwaysOff),
  errors: errorsAlways(parentBased(alwaysOff)),
};
const clients = { http: viaHttp, fetch: viaFetch, undici: viaUndici };
const [client, sampler] = process.argv.slice(2) as [keyof typeof clients, keyof typeof samplers];

const traced = instrumented([new HttpInstrumentation(), new UndiciInstrumentation()], {
  sampler: samplers[sampler],
});
const { contexts, tracer } = traced;
const http = createRequire(import.meta.url)('node:http') as typeof Http;

const requested: Record<string, Requested> = {};
for (const path of ['orders', 'failing', 'refused']) requested[path] = await requesting(path);
process.stdout.write(JSON.stringify(requested));

/** Of a server of its own, which is gone before it is asked where the request is to be refused. */
async function requesting(path: string): Promise<Requested> {
  let traceparent: string | undefined;
  const server = http.createServer(async (request, response) => {
    traceparent = request.headers['traceparent'] as string | undefined;
    await new Promise((resolve) => setTimeout(resolve, 1));
    tracer.startActiveSpan('work', (span) => span.end());
    response.writeHead(path === 'failing' ? 503 : 200).end('done');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;
  const closed = () => new Promise((resolve) => server.close(resolve));
  if (path === 'refused') await closed();
  const keptItsSpan = await tracer.startActiveSpan('caller', async (span) => {
    await clients[client](url).catch(() => {});
    span.end();
    return trace.getSpan(contexts.active()) === span;
  });
  server.closeAllConnections();
  if (path !== 'refused') await closed();
  return { spans: toldSpans(traced.spans.splice(0)), traceparent, keptItsSpan };
}

async function viaFetch(url: string): Promise<void> {
  await (await fetch(url)).text();
}

async function viaUndici(url: string): Promise<void> {
  await (await undici(url)).body.text();
}

function viaHttp(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, (response) => {
      response.resume();
      response.once('end', resolve);
    });
    request.once('error', reject);
  });
}
