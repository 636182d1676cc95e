import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { registered, type Tracing, tracing } from '../../test/tracing.ts';
import type { LogRecord } from './log-record.ts';
import { LoggerProvider } from './logger-provider.ts';
import { pinoMixin, pinoStream } from './pino-stream.ts';

let logs: LogRecord[];
let traced: Tracing;
let unregister: () => void;

beforeEach(() => {
  logs = [];
  traced = tracing();
  unregister = registered(traced);
});
afterEach(() => unregister());

const stream = (options = {}) =>
  pinoStream(new LoggerProvider({ sink: { addLog: (log) => logs.push(log) } }).getLogger('pino'), options);

test('what pino writes is a log of the span that is active', () => {
  const log = pino({ level: 'trace', redact: ['card.number'] }, stream());
  const span = traced.tracer.startActiveSpan('work', (work) => {
    log.warn({ order: 7, card: { number: '4111', kind: 'visa' } }, 'declined');
    return work.spanContext();
  });
  log.child({ tenant: 'a' }).fatal(new TypeError('broken'), 'gave up');
  log.trace('outside');
  expect(logs).toMatchObject([
    {
      body: 'declined',
      severity: 13,
      severityText: 'warn',
      attributes: { order: 7, card: { number: '[Redacted]', kind: 'visa' } },
      traceId: span.traceId,
      spanId: span.spanId,
    },
    {
      body: 'gave up',
      severity: 21,
      attributes: { tenant: 'a', 'exception.type': 'TypeError', 'exception.message': 'broken' },
    },
    { body: 'outside', severity: 1, traceId: undefined },
  ]);
  expect(logs[1]!.attributes['exception.stacktrace']).toContain('pino-stream.test.ts');
  expect(Object.keys(logs[0]!.attributes)).not.toContain('hostname');
  for (const { observedTime, time } of logs) expect(Math.abs(observedTime - time)).toBeLessThan(60_000_000);
});

test('is content with what else pino can be told to write', () => {
  const options = {
    messageKey: 'text',
    errorKey: 'problem',
    timestamp: pino.stdTimeFunctions.isoTime,
    customLevels: { notice: 35 },
    formatters: { level: (label: string) => ({ level: label.toUpperCase() }) },
  };
  const log = pino(options, stream({ messageKey: 'text', errorKey: 'problem' }));
  log.notice('a notice');
  log.error({ problem: new Error('broken') }, 'an error');
  const seconds = pino({ customLevels: { notice: 35 }, timestamp: pino.stdTimeFunctions.unixTime }, stream());
  seconds.notice('by number');
  stream().write('no json at all\n');
  expect(logs).toMatchObject([
    { body: 'a notice', severityText: 'NOTICE', severity: 0 },
    { body: 'an error', severityText: 'ERROR', severity: 17, attributes: { 'exception.message': 'broken' } },
    { body: 'by number', severityText: 'info', severity: 9 },
    { body: 'no json at all', severity: 0 },
  ]);
});

test('the mixin puts the ids of the active span into what pino writes elsewhere', () => {
  const lines: string[] = [];
  const log = pino({ mixin: pinoMixin }, { write: (line: string) => lines.push(line) });
  const span = traced.tracer.startActiveSpan('work', (work) => {
    log.info('inside');
    return work.spanContext();
  });
  log.info('outside');
  const [inside, outside] = lines.map((line) => JSON.parse(line));
  expect(inside).toMatchObject({ trace_id: span.traceId, span_id: span.spanId, trace_flags: '01' });
  expect(outside).not.toHaveProperty('trace_id');
});
