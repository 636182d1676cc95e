import { trace } from '@opentelemetry/api';
import type { Logger } from '@opentelemetry/api-logs';
import { type LogLevel, severities } from './severity.ts';

export interface PinoStreamOptions {
  /** pino's option of this name. Default `msg`. */
  readonly messageKey?: string;
  /** pino's option of this name. Default `err`. */
  readonly errorKey?: string;
}

/** What `pino.multistream` and `pino` itself write to. */
export interface PinoStream {
  write(line: string): void;
}

/**
 * A stream that sends what a pino logger writes to telemetry, in this thread, so that each log carries the ids of the span that
 * is active where it is written:
 *
 *     const log = pino(options, pino.multistream([process.stdout, pinoStream(telemetry.logs.getLogger('shop'))]));
 *
 * It reads the lines that pino made: what `redact` and serializers hide stays hidden. A line that is no JSON is a log with
 * that line as its text.
 */
export function pinoStream(logger: Logger, options: PinoStreamOptions = {}): PinoStream {
  const { errorKey = 'err', messageKey = 'msg' } = options;
  return {
    write(line) {
      const fields = parsed(line);
      if (fields === undefined) {
        logger.emit({ body: line.trimEnd() });
        return;
      }
      const { [errorKey]: error, [messageKey]: body, level, time, ...rest } = fields;
      // The resource and the active span say these.
      const {
        hostname: _host,
        pid: _pid,
        span_id: _span,
        trace_flags: _flags,
        trace_id: _trace,
        ...attributes
      } = rest;
      const timestamp = timeOf(time);
      logger.emit({
        ...severityOf(level),
        body: body as string,
        attributes: attributes as Record<string, string>,
        ...(timestamp !== undefined && { timestamp }),
        ...(error !== undefined && { exception: error }),
      });
    },
  };
}

/** For pino's option `mixin`: the ids of the active span, by the names that log stores look for. */
export function pinoMixin(): Record<string, string> {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined) return {};
  const { spanId, traceFlags, traceId } = span;
  return { trace_id: traceId, span_id: spanId, trace_flags: `0${(traceFlags & 0xf).toString(16)}` };
}

/** pino's numbers of its own levels, a tenth of them. */
const levels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

function severityOf(level: unknown): { severityNumber?: number; severityText?: string } {
  if (typeof level === 'number') {
    // A level of somebody's own counts as the one below it.
    const name = levels[Math.min(levels.length, Math.max(1, Math.floor(level / 10))) - 1]!;
    return { severityNumber: severities[name], severityText: name };
  }
  if (typeof level !== 'string') return {};
  const severityNumber = severities[level.toLowerCase() as LogLevel];
  return { severityText: level, ...(severityNumber !== undefined && { severityNumber }) };
}

/** Milliseconds, or a date as text; undefined for pino's seconds and for what it was told to write instead. */
function timeOf(time: unknown): Date | undefined {
  if (typeof time !== 'number' && typeof time !== 'string') return undefined;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) || date.getTime() < 1e11 ? undefined : date;
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
