import { coreErrors, ManualWorld } from '@holdfast/core';
import { type Context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { beforeEach, describe, expect, test } from 'vitest';
import { tracing } from '../../test/tracing.ts';
import type { LogRecord } from './log-record.ts';
import { LoggerProvider } from './logger-provider.ts';
import { StructuredLogger } from './structured-logger.ts';

const { contexts, tracer } = tracing();
let logs: LogRecord[];

function provider(severityMin = 0): LoggerProvider {
  return new LoggerProvider({ sink: { addLog: (log) => logs.push(log) }, severityMin, contexts });
}

beforeEach(() => {
  logs = [];
});

describe('a log', () => {
  test('carries the ids of the span that is active, or of the one that it names', () => {
    const logger = provider().getLogger('shop', '1.0.0');
    const span = tracer.startSpan('other');
    const context: Context = trace.setSpan(ROOT_CONTEXT, span);
    const active = tracer.startActiveSpan('work', (work) => {
      logger.emit({ body: 'inside' });
      logger.emit({ body: 'elsewhere', context });
      return work.spanContext();
    });
    logger.emit({ body: 'outside' });
    expect(logs).toMatchObject([
      { body: 'inside', traceId: active.traceId, spanId: active.spanId, traceFlags: 1 },
      { body: 'elsewhere', spanId: span.spanContext().spanId },
      { body: 'outside', traceId: undefined, spanId: undefined, traceFlags: 0 },
    ]);
    expect(logs[0]!.scope).toEqual({ name: 'shop', version: '1.0.0', schemaUrl: undefined });
    expect(logs[0]!.scope).toBe(logs[2]!.scope);
  });

  test('says when it happened and when it was told', () => {
    const world = new ManualWorld();
    const logger = new LoggerProvider({
      sink: { addLog: (log) => logs.push(log) },
      contexts,
      world,
    }).getLogger('shop');
    logger.emit({ body: 'now' });
    logger.emit({ body: 'then', timestamp: new Date(1_700_000_000_000) });
    const now = world.clock.wall() * 1_000;
    expect(Math.abs(logs[0]!.time - now)).toBeLessThanOrEqual(1_000);
    expect(logs[1]).toMatchObject({ time: 1_700_000_000_000_000, observedTime: logs[0]!.time });
  });

  test('holds no secret and nothing endless', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    provider()
      .getLogger('shop')
      .emit({
        body: 'x'.repeat(20_000),
        attributes: { password: 'hunter2', url: 'redis://app:hunter2@cache', circular: circular as never },
      });
    const [log] = logs;
    expect((log!.body as string).length).toBe(16_384);
    expect(JSON.stringify(log)).not.toContain('hunter2');
    expect(log!.attributes).toMatchObject({ password: '[redacted]' });
  });

  test('keeps what has a structure, and the exception beside it', () => {
    provider()
      .getLogger('shop')
      .emit({
        body: { order: 7, lines: ['a'] },
        eventName: 'order.placed',
        severityNumber: SeverityNumber.ERROR,
        severityText: 'ERROR',
        attributes: { a: 1 },
        exception: new RangeError('too many'),
      });
    expect(logs[0]).toMatchObject({
      body: { order: 7, lines: ['a'] },
      eventName: 'order.placed',
      severity: 17,
      severityText: 'ERROR',
      attributes: { a: 1, 'exception.type': 'RangeError', 'exception.message': 'too many' },
    });
  });

  test('that is less severe than wanted is not taken', () => {
    const logger = provider(SeverityNumber.WARN).getLogger('shop');
    logger.emit({ body: 'debug', severityNumber: SeverityNumber.DEBUG });
    logger.emit({ body: 'warn', severityNumber: SeverityNumber.WARN });
    logger.emit({ body: 'unspecified' });
    expect(logs.map(({ body }) => body)).toEqual(['warn', 'unspecified']);
    expect(logger.enabled({ severityNumber: SeverityNumber.INFO })).toBe(false);
    expect(logger.enabled()).toBe(true);
  });
});

test('a structured logger has a method for each level, facts, and facts of its own', () => {
  const log = new StructuredLogger(provider().getLogger('shop')).with({ tenant: 'a', attempt: 1 });
  for (const level of ['trace', 'debug', 'info', 'warn', 'fatal'] as const) log[level](level);
  log.error('failed', { attempt: 2, error: coreErrors.create('ABORTED', { message: 'enough' }) });
  expect(logs.map(({ severity, severityText }) => [severityText, severity])).toEqual([
    ['trace', 1],
    ['debug', 5],
    ['info', 9],
    ['warn', 13],
    ['fatal', 21],
    ['error', 17],
  ]);
  expect(logs[0]!.attributes).toEqual({ tenant: 'a', attempt: 1 });
  expect(logs.at(-1)!.attributes).toMatchObject({ tenant: 'a', attempt: 2, 'exception.type': 'ABORTED' });
});
