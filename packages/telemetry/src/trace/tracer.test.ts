import {
  context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registered, type Tracing, tracing } from '../../test/tracing.ts';
import { suppressTracing } from '../context/context-with-span.ts';
import { alwaysOff, alwaysOn } from '../sampling/constant.ts';
import type { Sampler } from '../sampling/sampler.ts';

const remote: SpanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
};

describe('a span', () => {
  let traced: Tracing;
  beforeEach(() => {
    traced = tracing();
  });

  test('is a child of the active one, over awaits', async () => {
    const { named, spans, tracer } = traced;
    await tracer.startActiveSpan('parent', async (parent) => {
      await null;
      tracer.startActiveSpan('child', (child) => {
        tracer.startSpan('grandchild').end();
        child.end();
      });
      tracer.startSpan('other root', { root: true }).end();
      parent.end();
    });
    const parent = named('parent');
    expect(parent.parentId).toBeUndefined();
    expect(named('child')).toMatchObject({ parentId: parent.context.spanId, parentIsRemote: false });
    expect(named('grandchild').parentId).toBe(named('child').context.spanId);
    expect(named('other root').parentId).toBeUndefined();
    expect(new Set(spans.map((span) => span.context.traceId)).size).toBe(2);
    expect(new Set(spans.map((span) => span.context.spanId)).size).toBe(4);
    for (const span of spans) expect(isSpanContextValid(span.context)).toBe(true);
  });

  test('takes all forms of startActiveSpan, and gives back what the function gave', () => {
    const { named, tracer } = traced;
    const inRemote = trace.setSpanContext(ROOT_CONTEXT, remote);
    const ended = (span: { end(): void }) => {
      span.end();
      return 'given';
    };
    expect(tracer.startActiveSpan('a', ended)).toBe('given');
    expect(tracer.startActiveSpan('b', { kind: SpanKind.CLIENT }, ended)).toBe('given');
    expect(tracer.startActiveSpan('c', {}, inRemote, ended)).toBe('given');
    expect(named('b').kind).toBe(SpanKind.CLIENT);
    expect(named('c')).toMatchObject({ parentId: remote.spanId, parentIsRemote: true });
    expect(named('c').context).toMatchObject({ traceId: remote.traceId, traceFlags: TraceFlags.SAMPLED });
  });

  test('of a parent that is none is a root', () => {
    const none = trace.setSpanContext(ROOT_CONTEXT, INVALID_SPAN_CONTEXT);
    traced.tracer.startSpan('span', {}, none).end();
    expect(traced.named('span').parentId).toBeUndefined();
  });

  test('is no span where nothing is to be traced', () => {
    const span = traced.tracer.startSpan('span', {}, suppressTracing(ROOT_CONTEXT));
    span.end();
    expect(span.isRecording()).toBe(false);
    expect(traced.spans).toEqual([]);
  });

  test('keeps trace state, and the flag for random ids', () => {
    const parent = { ...remote, traceFlags: 0b11 };
    traced.tracer.startSpan('span', {}, trace.setSpanContext(ROOT_CONTEXT, parent)).end();
    expect(traced.named('span').context.traceFlags).toBe(0b11);
  });
});

describe('a span that is not sampled', () => {
  test('has ids of its own in the trace of its parent, but is not recorded', () => {
    const { contexts, spans, tracer } = tracing({ sampler: alwaysOff });
    const [parent, child] = tracer.startActiveSpan('parent', (span) => [span, tracer.startSpan('child')]);
    child!.setAttribute('a', 1).addEvent('b').recordException(new Error('c'));
    child!.end();
    parent!.end();
    expect(spans).toEqual([]);
    expect(child!.isRecording()).toBe(false);
    const ids = [parent!.spanContext(), child!.spanContext()];
    expect(ids.every(isSpanContextValid)).toBe(true);
    expect(ids[0]!.traceId).toBe(ids[1]!.traceId);
    expect(ids[0]!.spanId).not.toBe(ids[1]!.spanId);
    expect(child!.spanContext()).toBe(ids[1]);
    expect(ids.map(({ traceFlags }) => traceFlags)).toEqual([0, 0]);
    expect(contexts.active()).toBe(ROOT_CONTEXT);
  });

  test('goes on the trace of another process', () => {
    const { tracer } = tracing({ sampler: alwaysOff });
    const span = tracer.startSpan('span', {}, trace.setSpanContext(ROOT_CONTEXT, remote));
    expect(span.spanContext()).toMatchObject({ traceId: remote.traceId, traceFlags: 0 });
  });
});

test('a sampler is asked with the parent, the randomness of the trace and what the span begins with', () => {
  const asked: unknown[] = [];
  const sampler: Sampler = {
    decide(parent, randomness, name, kind, attributes) {
      asked.push({ parent: parent && [parent.sampled, parent.remote], randomness, name, kind, attributes });
      return name === 'unsampled' ? 'drop' : 'sample';
    },
  };
  const { tracer } = tracing({ sampler });
  tracer.startActiveSpan('root', { kind: SpanKind.SERVER, attributes: { a: 1 } }, () => {
    tracer.startActiveSpan('unsampled', () => tracer.startSpan('inner'));
  });
  tracer.startSpan('remote', {}, trace.setSpanContext(ROOT_CONTEXT, remote));
  expect(asked).toEqual([
    {
      parent: undefined,
      randomness: expect.any(Number),
      name: 'root',
      kind: SpanKind.SERVER,
      attributes: { a: 1 },
    },
    { parent: [true, false], randomness: expect.any(Number), name: 'unsampled', kind: SpanKind.INTERNAL },
    { parent: [false, false], randomness: expect.any(Number), name: 'inner', kind: SpanKind.INTERNAL },
    { parent: [true, true], randomness: 0x48eb211c, name: 'remote', kind: SpanKind.INTERNAL },
  ]);
  const [root, unsampled, inner] = asked as { randomness: number }[];
  expect(unsampled!.randomness).toBe(root!.randomness);
  expect(inner!.randomness).toBe(root!.randomness);
});

test('a recorded child of a span that is not sampled names it as its parent', () => {
  const sampler: Sampler = { decide: (_parent, _randomness, name) => (name === 'outer' ? 'drop' : 'sample') };
  const { named, tracer } = tracing({ sampler });
  const outer = tracer.startActiveSpan('outer', (span) => {
    tracer.startSpan('inner').end();
    return span.spanContext();
  });
  expect(named('inner')).toMatchObject({ parentId: outer.spanId, context: { traceId: outer.traceId } });
});

describe('with the API', () => {
  let unregister = () => {};
  afterEach(() => unregister());

  test('tracers are found before and after they are there, and by the same name the same one', async () => {
    const early = trace.getTracer('early');
    const traced = tracing({ sampler: alwaysOn });
    unregister = registered(traced);
    early.startActiveSpan('a', (span) => {
      expect(trace.getActiveSpan()).toBe(span);
      expect(trace.getSpan(context.active())).toBe(span);
      span.end();
    });
    expect(traced.named('a').scope.name).toBe('early');
    expect(traced.provider.getTracer('x', '1')).toBe(traced.provider.getTracer('x', '1'));
    expect(traced.provider.getTracer('x', '1')).not.toBe(traced.provider.getTracer('x', '2'));
  });
});

test.each([
  ['limits.events', { limits: { events: -1 } }],
  ['held.spans', { held: { spans: 0 } }],
])('%s is refused', (field, options) => {
  expect(() => tracing(options)).toThrow(field);
});
