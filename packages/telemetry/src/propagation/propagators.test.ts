import {
  baggageEntryMetadataFromString,
  type Context,
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { suppressTracing } from '../context/context-with-span.ts';
import { type PropagatorName, propagators } from './propagators.ts';
import { propagatorsFromEnvironment } from './propagators-from-environment.ts';

type Headers = Record<string, string | string[]>;

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

function extracted(headers: Headers, ...names: PropagatorName[]): SpanContext | undefined {
  return trace.getSpanContext(contextFrom(headers, ...names));
}

function contextFrom(headers: Headers, ...names: PropagatorName[]): Context {
  return propagators(names).extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
}

function injected(context: Context, ...names: PropagatorName[]): Headers {
  const headers: Headers = {};
  propagators(names).inject(context, headers, defaultTextMapSetter);
  return headers;
}

const withSpan = (span: Partial<SpanContext> = {}) =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, ...span });

const ids = fc.record({
  traceId: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 }),
  spanId: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 16 }),
  traceFlags: fc.constantFrom(0, 1),
});

describe.each<PropagatorName>(['tracecontext', 'b3', 'b3multi'])('%s', (name) => {
  test('what is written is read', () => {
    fc.assert(
      fc.property(ids, (span) => {
        fc.pre(!/^0+$/.test(span.traceId) && !/^0+$/.test(span.spanId));
        expect(extracted(injected(withSpan(span), name), name)).toEqual({ ...span, isRemote: true });
      }),
    );
  });

  test('whatever headers hold, they are read or passed over', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF-,=;d') }),
    );
    const value = fc.oneof(text, fc.array(text, { maxLength: 3 }));
    const keys = fc.constantFrom(
      'traceparent',
      'tracestate',
      'b3',
      'x-b3-traceid',
      'x-b3-spanid',
      'x-b3-flags',
      'x-b3-sampled',
    );
    fc.assert(
      fc.property(fc.dictionary(keys, value), (headers) => {
        const span = extracted(headers as Headers, name);
        if (span !== undefined) expect(trace.getSpanContext(withSpan(span))).toEqual(span);
      }),
    );
  });

  test('nothing is written without a span, of one without ids, and where nothing is to be traced', () => {
    expect(injected(ROOT_CONTEXT, name)).toEqual({});
    expect(injected(withSpan({ traceId: '0'.repeat(32) }), name)).toEqual({});
    expect(injected(suppressTracing(withSpan()), name)).toEqual({});
  });
});

describe('tracecontext', () => {
  test('as the specification writes it', () => {
    const traceState = createTraceState('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
    expect(injected(withSpan({ traceState }), 'tracecontext')).toEqual({
      traceparent: `00-${traceId}-${spanId}-01`,
      tracestate: 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
    });
  });

  test.each([
    ['of a later version, with more', `cc-${traceId}-${spanId}-01-what-comes`, 1],
    ['with the flag for random ids', `00-${traceId}-${spanId}-03`, 3],
    ['with flags that are not known', `00-${traceId}-${spanId}-fe`, 2],
    ['with space around', ` 00-${traceId}-${spanId}-00 `, 0],
  ])('a header %s', (_what, traceparent, traceFlags) => {
    expect(extracted({ traceparent }, 'tracecontext')).toEqual({
      traceId,
      spanId,
      traceFlags,
      isRemote: true,
    });
  });

  test.each([
    ['of version 255', `ff-${traceId}-${spanId}-01`],
    ['of version 0, with more', `00-${traceId}-${spanId}-01-more`],
    ['of a later version, with more that is not set apart', `cc-${traceId}-${spanId}-01more`],
    ['with capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['without a trace', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['without a span', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['that is cut', `00-${traceId}-${spanId}`],
    ['that comes twice', [`00-${traceId}-${spanId}-01`, `00-${traceId}-${spanId}-00`]],
  ])('a header %s is passed over', (_what, traceparent) => {
    expect(extracted({ traceparent, tracestate: 'a=b' }, 'tracecontext')).toBeUndefined();
  });

  test('trace state in several headers is one', () => {
    const headers = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: ['a=1,b=2', 'c=3'] };
    expect(extracted(headers, 'tracecontext')!.traceState!.serialize()).toBe('a=1,b=2,c=3');
  });
});

describe('B3', () => {
  test('as Zipkin writes it', () => {
    expect(injected(withSpan(), 'b3')).toEqual({ b3: `${traceId}-${spanId}-1` });
    expect(injected(withSpan({ traceFlags: 0 }), 'b3multi')).toEqual({
      'x-b3-traceid': traceId,
      'x-b3-spanid': spanId,
      'x-b3-sampled': '0',
    });
  });

  test.each<[string, Headers, string, number]>([
    ['a short trace id', { b3: `8448eb211c80319c-${spanId}-1` }, '00000000000000008448eb211c80319c', 1],
    ['capitals', { b3: `${traceId.toUpperCase()}-${spanId.toUpperCase()}-0` }, traceId, 0],
    ['no decision', { b3: `${traceId}-${spanId}` }, traceId, 0],
    ['a parent', { b3: `${traceId}-${spanId}-1-${spanId}` }, traceId, 1],
    ['the decision in words', multi({ 'x-b3-sampled': 'true' }), traceId, 1],
    ['a bad single header beside good ones', { ...multi({ 'x-b3-sampled': '1' }), b3: '0' }, traceId, 1],
  ])('%s', (_what, headers, expectedTraceId, traceFlags) => {
    for (const name of ['b3', 'b3multi'] as const) {
      expect(extracted(headers, name)).toEqual({
        traceId: expectedTraceId,
        spanId,
        traceFlags,
        isRemote: true,
      });
    }
  });

  test('who asked for debugging is heard to the end', () => {
    for (const headers of [{ b3: `${traceId}-${spanId}-d` }, multi({ 'x-b3-flags': '1' })]) {
      const context = contextFrom(headers, 'b3');
      expect(trace.getSpanContext(context)!.traceFlags).toBe(1);
      expect(injected(context, 'b3')).toEqual({ b3: `${traceId}-${spanId}-d` });
      expect(injected(context, 'b3multi')).toMatchObject({ 'x-b3-flags': '1' });
    }
  });

  function multi(more: Headers): Headers {
    return { 'x-b3-traceid': traceId, 'x-b3-spanid': spanId, ...more };
  }
});

describe('baggage', () => {
  const entries = (headers: Headers) =>
    propagation.getBaggage(contextFrom(headers, 'baggage'))?.getAllEntries();

  test('what is written is read', () => {
    const key = fc
      .string({ minLength: 1 })
      .filter((text) => text.trim() !== '' && text !== '__proto__' && isWell(text));
    fc.assert(
      fc.property(fc.dictionary(key, fc.string().filter(isWell), { minKeys: 1, maxKeys: 20 }), (values) => {
        const baggage = propagation.createBaggage(
          Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])),
        );
        const headers = injected(propagation.setBaggage(ROOT_CONTEXT, baggage), 'baggage');
        const read = entries(headers)!.map(([name, { value }]) => [name, value]);
        expect(new Map(read as [string, string][])).toEqual(new Map(Object.entries(values)));
      }),
    );
  });

  test('properties go along', () => {
    const baggage = propagation.createBaggage({
      user: { value: 'ada & bob', metadata: baggageEntryMetadataFromString('ttl=30') },
    });
    const headers = injected(propagation.setBaggage(ROOT_CONTEXT, baggage), 'baggage');
    expect(headers).toEqual({ baggage: 'user=ada%20%26%20bob;ttl=30' });
    expect(entries(headers)![0]![1].metadata!.toString()).toBe('ttl=30');
  });

  test('what is malformed is left out, and what is too much', () => {
    expect(entries({ baggage: 'a=1,,=2,b,c=%zz, d = 4 ,__proto__=5' })).toEqual([
      ['a', { value: '1' }],
      ['d', { value: '4' }],
    ]);
    expect(entries({ baggage: 'no pair' })).toBeUndefined();
    expect(entries({ baggage: Array.from({ length: 100 }, (_, index) => `k${index}=v`) })).toHaveLength(64);
    expect(entries({ baggage: `a=1,b=${'x'.repeat(10_000)}` })).toEqual([['a', { value: '1' }]]);
    const much = propagation.createBaggage({ a: { value: 'x'.repeat(9_000) }, b: { value: '2' } });
    expect(injected(propagation.setBaggage(ROOT_CONTEXT, much), 'baggage')).toEqual({ baggage: 'b=2' });
  });

  /** Whether UTF-8 can hold it. */
  function isWell(text: string): boolean {
    return text === text.trim() && !/\p{Surrogate}/u.test(text);
  }
});

describe('together', () => {
  test('all write, all read, and the later one prevails', () => {
    const headers = injected(withSpan(), 'tracecontext', 'b3multi', 'baggage');
    expect(Object.keys(headers).sort()).toEqual([
      'traceparent',
      'x-b3-sampled',
      'x-b3-spanid',
      'x-b3-traceid',
    ]);
    const other = 'c'.repeat(16);
    expect(extracted({ ...headers, b3: `${traceId}-${other}-1` }, 'tracecontext', 'b3')!.spanId).toBe(other);
    expect(propagators(['tracecontext', 'b3']).fields()).toEqual(['traceparent', 'tracestate', 'b3']);
  });

  test('one that is not known is refused', () => {
    expect(() => propagators(['jaeger' as 'b3'])).toThrow('propagators[0] is "jaeger"');
  });

  test.each([
    [undefined, ['tracecontext', 'baggage']],
    ['b3, tracecontext,b3', ['b3', 'tracecontext']],
    ['none', []],
    ['jaeger,b3multi', ['b3multi']],
  ])('OTEL_PROPAGATORS=%s', (value, names) => {
    expect(propagatorsFromEnvironment({ OTEL_PROPAGATORS: value })).toEqual(names);
  });
});
