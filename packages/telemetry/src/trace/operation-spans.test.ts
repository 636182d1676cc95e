import { coreErrors } from '@holdfast/core';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { tracing } from '../../test/tracing.ts';
import { alwaysOff, alwaysOn } from '../sampling/constant.ts';
import { parentBased } from '../sampling/parent-based.ts';
import { operationSpans } from './operation-spans.ts';

test('operations are spans that nest, with their attributes and events', async () => {
  const { contexts, named, tracer } = tracing();
  const observer = operationSpans({ tracer, contexts });
  const outer = observer.enter('call', { attempt: 2, 'db.system': 'none' })!;
  await outer.bind(async () => {
    await null;
    const inner = observer.enter('step', {})!;
    inner.event('retried', { delay: 5 });
    inner.exit(undefined);
  });
  outer.exit(undefined);
  expect(named('step').parentId).toBe(named('call').context.spanId);
  expect(named('call').attributes).toEqual({ 'holdfast.attempt': 2, 'db.system': 'none' });
  expect(named('call').status.code).toBe(SpanStatusCode.UNSET);
  expect(named('step').events).toMatchObject([{ name: 'retried', attributes: { 'holdfast.delay': 5 } }]);
});

test.each([true, false])('what an operation fails with is its status; with messages: %s', (errorMessages) => {
  const { contexts, spans, tracer } = tracing();
  const observer = operationSpans({ tracer, contexts, errorMessages });
  observer.enter('ours', {})!.exit(coreErrors.create('DEADLINE_EXCEEDED', { message: 'too late' }));
  observer.enter('foreign', {})!.exit(new RangeError('redis://app:hunter2@cache'));
  observer.enter('system', {})!.exit(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
  observer.enter('thrown', {})!.exit('just words');
  const message = (text: string) => (errorMessages ? { message: text } : {});
  expect(spans.map(({ attributes, status }) => [attributes['error.type'], status])).toEqual([
    ['DEADLINE_EXCEEDED', { code: SpanStatusCode.ERROR, ...message('too late') }],
    ['RangeError', { code: SpanStatusCode.ERROR, ...message('redis://app:[redacted]@cache') }],
    ['ECONNREFUSED', { code: SpanStatusCode.ERROR, ...message('refused') }],
    ['_OTHER', { code: SpanStatusCode.ERROR, ...message('just words') }],
  ]);
});

test('calls of another system are of a client, and traced where they are part of something', () => {
  const { contexts, named, spans, tracer } = tracing();
  const observer = operationSpans({ tracer, contexts });
  const attributes = { 'db.system.name': 'cluster' };
  expect(observer.enter('background', attributes)).toBeUndefined();
  const outer = observer.enter('call', {})!;
  outer.bind(() => observer.enter('KV/Put', attributes)!.exit(undefined));
  outer.exit(undefined);
  expect(named('KV/Put')).toMatchObject({ kind: SpanKind.CLIENT, parentId: named('call').context.spanId });
  expect(spans).toHaveLength(2);
});

test('what serves a request of another process goes on with its trace, as a server', () => {
  const { contexts, named, spans, tracer } = tracing();
  const observer = operationSpans({ tracer, contexts });
  const outer = observer.enter('call', {})!;
  const traceparent = outer.bind(() => {
    const calling = observer.enter('KV/Put', { 'db.system.name': 'cluster' })!;
    calling.set({ 'server.address': '10.0.0.1', attempts: 2 });
    const told = calling.traceparent;
    calling.exit(undefined);
    return told;
  });
  outer.exit(undefined);
  observer.enter('served', {}, { traceparent })!.exit(undefined);
  expect(traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
  expect(named('served')).toMatchObject({ kind: SpanKind.SERVER, parentId: named('KV/Put').context.spanId });
  expect(named('served').context.traceId).toBe(named('call').context.traceId);
  expect(named('KV/Put').attributes).toMatchObject({ 'server.address': '10.0.0.1', 'holdfast.attempts': 2 });
  for (const bad of ['', 'nonsense', `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`]) {
    expect(observer.enter('served', {}, { traceparent: bad })).toBeUndefined();
  }
  expect(spans).toHaveLength(3);
});

test('of a trace that its caller does not record, nothing is recorded here', () => {
  const { contexts, spans, tracer } = tracing({ sampler: parentBased(alwaysOn) });
  const observer = operationSpans({ tracer, contexts });
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`;
  observer.enter('served', {}, { traceparent })?.exit(undefined);
  expect(spans).toEqual([]);
});

test('what is of interest as a part only makes no trace of its own', () => {
  const { contexts, named, tracer } = tracing();
  const observer = operationSpans({ tracer, contexts });
  expect(observer.enter('append', {}, { partOnly: true })).toBeUndefined();
  const outer = observer.enter('call', {})!;
  outer.bind(() => observer.enter('append', {}, { partOnly: true })!.exit(undefined));
  outer.exit(undefined);
  expect(named('append').parentId).toBe(named('call').context.spanId);
});

test('inside of what is not sampled, operations cost nothing more', () => {
  const { contexts, spans, tracer } = tracing({ sampler: alwaysOff });
  const observer = operationSpans({ tracer, contexts });
  const outer = observer.enter('call', {})!;
  outer.event('nothing');
  expect(outer.bind(() => observer.enter('step', {}))).toBeUndefined();
  outer.exit(new Error('failed'));
  expect(spans).toEqual([]);
});
