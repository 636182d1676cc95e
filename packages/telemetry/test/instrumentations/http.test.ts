import { SpanKind } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { runProgram } from './run-program.ts';

/*
 * OpenTelemetry's own instrumentations, unchanged: they judge whether spans, contexts and propagation are what they
 * expect of an SDK.
 */

describe.each(['http', 'fetch', 'undici'])('a request by %s', (client) => {
  test('is one trace from the caller to the work of the server', async () => {
    const { keptItsSpan, spans } = await runProgram('http', client, 'orders');
    const kinds = spans.map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['CLIENT', 'INTERNAL', 'INTERNAL', 'SERVER']);
    const only = (test: (span: (typeof spans)[number]) => boolean) => spans.filter(test)[0]!;
    const caller = only(({ name }) => name === 'caller');
    const requesting = only(({ kind }) => kind === 'CLIENT');
    const serving = only(({ kind }) => kind === 'SERVER');
    const work = only(({ name }) => name === 'work');
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(caller.parentId).toBeUndefined();
    expect(requesting.parentId).toBe(caller.spanId);
    expect(serving).toMatchObject({ parentId: requesting.spanId, parentIsRemote: true });
    expect(work).toMatchObject({ parentId: serving.spanId, parentIsRemote: false });
    expect(JSON.stringify(serving.attributes)).toContain('/orders');
    expect(requesting.start).toBeLessThanOrEqual(serving.start);
    expect(keptItsSpan).toBe(true);
  });

  test('that fails is an error of both sides', async () => {
    const { spans } = await runProgram('http', client, 'failing');
    const failed = spans.filter(({ status }) => status === 'ERROR').map(({ kind }) => kind);
    expect(failed.sort()).toEqual(['CLIENT', 'SERVER']);
  });

  test('that nobody accepts is an error of the client', async () => {
    const { spans } = await runProgram('http', client, 'refused');
    const [requesting] = spans;
    expect(spans.map(({ kind }) => kind)).toEqual(['CLIENT', 'INTERNAL']);
    expect(requesting!.status).toBe('ERROR');
    expect(requesting!.attributes).toHaveProperty(['error.type']);
  });

  test('that is not sampled is recorded nowhere, and the next process is told so', async () => {
    const { headers, spans } = await runProgram('http', client, 'orders', 'unsampled');
    expect(spans).toEqual([]);
    expect(headers).toEqual([expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-00$/)]);
  });
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
