import { createRequire } from 'node:module';
import { logs } from '@opentelemetry/api-logs';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import type { pino as Pino } from 'pino';
import type { LogRecord } from '../../../src/logs/log-record.ts';
import { LoggerProvider } from '../../../src/logs/logger-provider.ts';
import { instrumented, tell } from './traced-program.ts';

const sent: LogRecord[] = [];
logs.setGlobalLoggerProvider(new LoggerProvider({ sink: { addLog: (log) => sent.push(log) } }));
const traced = instrumented([new PinoInstrumentation()]);
const pino = createRequire(import.meta.url)('pino') as typeof Pino;

const lines: string[] = [];
const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
traced.tracer.startActiveSpan('work', (span) => {
  log.error({ order: 7, err: new RangeError('too many') }, 'declined');
  span.end();
});
tell(traced, { sent, lines });
