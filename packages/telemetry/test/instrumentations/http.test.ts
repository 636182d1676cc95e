import { SpanKind } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import type { Requested } from './programs/http.ts';
import type { ToldSpan } from './programs/traced-program.ts';
import { runProgram } from './run-program.ts';

/*
 * OpenTelemetry's own instrumentations, unchanged: they judge whether spans, contexts and propagation are what they
 * expect of an SDK.
 */

type Requests = Readonly<Record<'orders' | 'failing' | 'refused', Requested>>;

const requests = (client: string, sampler: string) => runProgram<Requests>('http', client, sampler);
const kindsOf = ({ spans }: Requested) => spans.map(({ kind }) => kind).sort();

test.each(['http', 'fetch', 'undici'])('requests by %s', async (client) => {
  const { failing, orders, refused } = await requests(client, 'everything');

  // One trace from the caller to the work of the server.
  const { keptItsSpan, spans } = orders;
  expect(kindsOf(orders)).toEqual(['CLIENT', 'INTERNAL', 'INTERNAL', 'SERVER']);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const only = (test: (span: ToldSpan) => boolean) => spans.filter(test)[0]!;
  const caller = only(({ name }) => name === 'caller');
  const requesting = only(({ kind }) => kind === 'CLIENT');
  const serving = only(({ kind }) => kind === 'SERVER');
  const work = only(({ name }) => name === 'work');
  expect(caller.parentId).toBeUndefined();
  expect(requesting.parentId).toBe(caller.spanId);
  expect(serving).toMatchObject({ parentId: requesting.spanId, parentIsRemote: true });
  expect(work).toMatchObject({ parentId: serving.spanId, parentIsRemote: false });
  expect(JSON.stringify(serving.attributes)).toContain('/orders');
  expect(requesting.start).toBeLessThanOrEqual(serving.start);
  expect(keptItsSpan).toBe(true);

  // A failure is an error of both sides.
  const failed = failing.spans.filter(({ status }) => status === 'ERROR').map(({ kind }) => kind);
  expect(failed.sort()).toEqual(['CLIENT', 'SERVER']);

  // What nobody accepts is one of the client.
  const [refusing] = refused.spans;
  expect(kindsOf(refused)).toEqual(['CLIENT', 'INTERNAL']);
  expect(refusing!.status).toBe('ERROR');
  expect(refusing!.attributes).toHaveProperty(['error.type']);
});

test.each(['http', 'undici'])(
  'what is not sampled by %s is recorded nowhere, and the next is told so',
  async (client) => {
    const { failing, orders } = await requests(client, 'nothing');
    expect([...orders.spans, ...failing.spans]).toEqual([]);
    expect(orders.traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-00$/);
  },
);

test('where only failures are exported, a trace that fails is whole', async () => {
  const { failing, orders } = await requests('http', 'errors');
  expect(orders.spans).toEqual([]);
  expect(kindsOf(failing)).toEqual(['CLIENT', 'INTERNAL', 'INTERNAL', 'SERVER']);
  expect(new Set(failing.spans.map(({ traceId }) => traceId)).size).toBe(1);
});

test('who looks into a process by its admin endpoint leaves no span', async () => {
  const { service, spans } = await runProgram('admin');
  expect(service).toBe('shop');
  expect(spans).toEqual([]);
});

test('an ES module that has loaded node:http before telemetry is started is instrumented until it is shut down', async () => {
  const { kinds } = await runProgram('es-module');
  expect((kinds as number[]).sort()).toEqual([SpanKind.SERVER, SpanKind.CLIENT].sort());
});
