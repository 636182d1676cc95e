import { coreErrors, ManualWorld } from '@holdfast/core';
import { type Attributes, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Tracing, tracing } from '../../test/tracing.ts';

let world: ManualWorld;
let traced: Tracing;

beforeEach(() => {
  world = new ManualWorld();
  traced = tracing({
    world,
    limits: { attributes: 3, attributeLength: 5, events: 2, links: 1 },
  });
});

const start = (attributes: Attributes = {}) => traced.tracer.startSpan('span', { attributes });

test('tells when it began and how long it took', async () => {
  const began = world.clock.wall() * 1_000;
  const span = start();
  await world.advance('1500us');
  span.end();
  const { start: at, duration } = traced.named('span');
  expect(Math.abs(at - began)).toBeLessThanOrEqual(1_000);
  expect(duration).toBe(1_500);
});

test('takes other times for its own, and never ends before it began', () => {
  const at = Date.UTC(2026, 0, 1);
  const span = traced.tracer.startSpan('given', { startTime: at });
  span.end(new Date(at + 250));
  traced.tracer.startSpan('backwards', { startTime: at }).end(at - 1);
  expect(traced.named('given')).toMatchObject({ start: at * 1_000, duration: 250_000 });
  expect(traced.named('backwards').duration).toBe(0);
});

test('has its own tracer, kind and name', () => {
  const span = traced.tracer.startSpan('first', { kind: SpanKind.PRODUCER });
  span.updateName('second');
  span.end();
  expect(traced.spans[0]).toMatchObject({
    name: 'second',
    kind: SpanKind.PRODUCER,
    scope: { name: 'test', version: '1.0.0' },
  });
});

test('nothing changes it after it has ended, and it ends once', () => {
  const span = start({ a: 1 });
  expect(span.isRecording()).toBe(true);
  span.end();
  expect(span.isRecording()).toBe(false);
  span.setAttribute('b', 2).setAttributes({ c: 3 }).setStatus({ code: SpanStatusCode.ERROR });
  span.updateName('other').addEvent('late').addLink({ context: span.spanContext() });
  span.recordException(new Error('late'));
  span.end();
  expect(traced.spans).toHaveLength(1);
  expect(traced.spans[0]).toMatchObject({ name: 'span', attributes: { a: 1 }, events: [], links: [] });
  expect(traced.spans[0]!.status).toEqual({ code: SpanStatusCode.UNSET });
});

describe('attributes', () => {
  const recorded = (attributes: Attributes) => {
    start(attributes).end();
    return traced.named('span');
  };

  test('are texts, numbers, booleans and arrays of one of them, that may have holes', () => {
    const list = ['a', null, 'b'];
    const { attributes, droppedAttributes } = recorded({ list, number: Number.NaN, yes: true });
    list.push('later');
    expect(attributes).toEqual({ list: ['a', null, 'b'], number: Number.NaN, yes: true });
    expect(droppedAttributes).toBe(0);
  });

  test.each([
    ['an object', {}],
    ['a function', () => {}],
    ['a bigint', 1n],
    ['a mixed array', [1, 'a']],
    ['an array in an array', [['a']]],
  ])('%s is none', (_what, value) => {
    expect(recorded({ value: value as unknown as string })).toMatchObject({
      attributes: {},
      droppedAttributes: 1,
    });
  });

  test('without a value or a name are left out', () => {
    expect(recorded({ none: undefined, '': 'a' })).toMatchObject({ attributes: {}, droppedAttributes: 1 });
  });

  test('are cut, and so many, of which one can still change', () => {
    const span = start({ a: '1234567', b: ['1234567'], c: 3, d: 4 });
    span.setAttribute('c', 5).setAttribute('e', 6);
    span.end();
    expect(traced.named('span')).toMatchObject({
      attributes: { a: '12345', b: ['12345'], c: 5 },
      droppedAttributes: 2,
    });
  });

  test('leave the prototype alone', () => {
    const hostile = JSON.parse('{"__proto__": ["a"], "a": 1}') as Attributes;
    const { attributes } = recorded(hostile);
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
    expect(attributes).toEqual({ a: 1 });
  });
});

describe('events and links', () => {
  test('the newest events and the first links are kept', () => {
    const span = start();
    const { spanId, traceId } = span.spanContext();
    span.addEvent('1').addEvent('2', { a: '1234567' }).addEvent('3', new Date(1_700_000_000_000));
    span.addLinks([
      { context: { traceId, spanId, traceFlags: 1 }, attributes: { a: 1, b: 2, c: 3, d: 4 } },
      { context: { traceId, spanId, traceFlags: 0 } },
    ]);
    span.end();
    const { droppedEvents, droppedLinks, events, links } = traced.named('span');
    expect(events.map(({ name }) => name)).toEqual(['2', '3']);
    expect(events[0]!.attributes).toEqual({ a: '12345' });
    expect(events[1]!.time).toBe(1_700_000_000_000_000);
    expect(links).toMatchObject([{ context: { spanId, traceFlags: 1 }, droppedAttributes: 1 }]);
    expect([droppedEvents, droppedLinks]).toEqual([1, 1]);
  });

  test('an exception is an event, without the passwords of URLs', () => {
    const roomy = tracing();
    const span = roomy.tracer.startSpan('failing');
    span.recordException(new TypeError('no answer from redis://app:hunter2@cache'));
    span.recordException({ name: 'Refused', message: 'by hand', code: 42 });
    span.recordException('only words');
    span.recordException(coreErrors.create('ABORTED', { message: 'enough' }));
    span.end();
    const attributes = roomy.spans[0]!.events.map((event) => event.attributes);
    expect(attributes).toMatchObject([
      { 'exception.type': 'TypeError', 'exception.message': 'no answer from redis://app:[redacted]@cache' },
      { 'exception.type': '42', 'exception.message': 'by hand' },
      { 'exception.message': 'only words' },
      { 'exception.type': 'ABORTED', 'exception.message': 'enough' },
    ]);
    expect(attributes[0]!['exception.stacktrace']).toContain('recorded-span.test.ts');
    expect(JSON.stringify(attributes)).not.toContain('hunter2');
  });
});

test('the status: an error can be found to be well, and then stays so', () => {
  const span = start();
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'broken down' });
  span.setStatus({ code: SpanStatusCode.UNSET });
  expect(trace.getSpan(trace.setSpan(ROOT_CONTEXT, span))).toBe(span);
  span.end();
  expect(traced.named('span').status).toEqual({ code: SpanStatusCode.ERROR, message: 'broke' });

  const well = traced.tracer.startSpan('well');
  well.setStatus({ code: SpanStatusCode.ERROR });
  well.setStatus({ code: SpanStatusCode.OK, message: 'is left out' });
  well.setStatus({ code: SpanStatusCode.ERROR });
  well.end();
  expect(traced.named('well').status).toEqual({ code: SpanStatusCode.OK });
});
