import { platformWorld, toJsonValue, type World } from '@holdfast/core';
import { context as contextApi, isSpanContextValid } from '@opentelemetry/api';
import type {
  LoggerProvider as ApiLoggerProvider,
  LogRecord as ApiLogRecord,
  Logger,
  LoggerOptions,
} from '@opentelemetry/api-logs';
import { spanOf } from '../context/context-with-span.ts';
import type { InstrumentationScope } from '../resource/resource.ts';
import { EpochClock } from '../trace/epoch-clock.ts';
import { exceptionAttributes } from '../trace/exception-attributes.ts';
import { microsOf } from '../trace/time-input.ts';
import type { ActiveContexts } from '../trace/tracer.ts';
import type { LogRecord, LogSink, LogValue } from './log-record.ts';

export interface LoggerProviderOptions {
  /** Where logs go. */
  readonly sink: LogSink;
  /** The least severity that is taken, in OpenTelemetry's numbers. Default 0, everything. */
  readonly severityMin?: number;
  /** Where the active context is. Default: the manager that is registered with OpenTelemetry's API. */
  readonly contexts?: ActiveContexts;
  /** Default: the platform's. */
  readonly world?: World;
}

/** Characters of a log's text. */
const bodyLengthMax = 16_384;

/**
 * OpenTelemetry's loggers: what an adapter of a logging library writes to. Each log carries the ids of the span that was
 * active. Values whose names look like secrets become `[redacted]`, and what is long is cut, as in the context of errors.
 */
export class LoggerProvider implements ApiLoggerProvider {
  readonly #clock: EpochClock;
  readonly #contexts: ActiveContexts;
  readonly #severityMin: number;
  readonly #sink: LogSink;

  constructor({ contexts, severityMin, sink, world }: LoggerProviderOptions) {
    this.#clock = new EpochClock((world ?? platformWorld()).clock);
    this.#contexts = contexts ?? contextApi;
    this.#severityMin = severityMin ?? 0;
    this.#sink = sink;
  }

  getLogger(name: string, version?: string, options?: LoggerOptions): Logger {
    const scope: InstrumentationScope = { name, version, schemaUrl: options?.schemaUrl };
    return {
      emit: (log) => this.#emit(scope, log),
      enabled: (asked) => this.#takes(asked?.severityNumber),
    };
  }

  /** A log that does not say how severe it is is always taken. */
  #takes(severity: number | undefined): boolean {
    return severity === undefined || severity === 0 || severity >= this.#severityMin;
  }

  #emit(scope: InstrumentationScope, log: ApiLogRecord): void {
    if (this.#takes(log.severityNumber)) this.#sink.addLog(this.#record(scope, log));
  }

  #record(scope: InstrumentationScope, log: ApiLogRecord): LogRecord {
    const now = this.#clock.now();
    const offset = this.#clock.offset(now);
    const at = log.timestamp === undefined ? now + offset : microsOf(log.timestamp, offset);
    const observed = log.observedTimestamp;
    const span = spanOf(log.context ?? this.#contexts.active())?.spanContext();
    const correlated = span !== undefined && isSpanContextValid(span) ? span : undefined;
    return {
      scope,
      time: at,
      observedTime: observed === undefined ? now + offset : microsOf(observed, offset),
      severity: log.severityNumber ?? 0,
      severityText: log.severityText,
      body: typeof log.body === 'string' ? log.body.slice(0, bodyLengthMax) : toJsonValue(log.body ?? null),
      attributes: attributesOf(log),
      droppedAttributes: 0,
      eventName: log.eventName,
      traceId: correlated?.traceId,
      spanId: correlated?.spanId,
      traceFlags: correlated?.traceFlags ?? 0,
    };
  }
}

function attributesOf({ attributes, exception }: ApiLogRecord): { readonly [key: string]: LogValue } {
  const copied = attributes === undefined ? {} : (toJsonValue(attributes) as { [key: string]: LogValue });
  return exception === undefined ? copied : { ...copied, ...exceptionAttributes(exception) };
}
