import type { Logger } from '@opentelemetry/api-logs';
import { type LogLevel, severities } from './severity.ts';

/** Facts beside a log's text. An `error` among them becomes OpenTelemetry's attributes of an exception. */
export type LogFacts = Readonly<Record<string, unknown>> & { readonly error?: unknown };

/**
 * A logger of texts with facts beside them, for code that has no logging library:
 *
 *     log.warn('payment declined', { order: order.id, error });
 */
export class StructuredLogger {
  readonly #logger: Logger;
  readonly #facts: LogFacts;

  constructor(logger: Logger, facts: LogFacts = {}) {
    this.#logger = logger;
    this.#facts = facts;
  }

  /** One whose logs also carry `facts`. */
  with(facts: LogFacts): StructuredLogger {
    return new StructuredLogger(this.#logger, { ...this.#facts, ...facts });
  }

  trace(text: string, facts?: LogFacts): void {
    this.#log('trace', text, facts);
  }

  debug(text: string, facts?: LogFacts): void {
    this.#log('debug', text, facts);
  }

  info(text: string, facts?: LogFacts): void {
    this.#log('info', text, facts);
  }

  warn(text: string, facts?: LogFacts): void {
    this.#log('warn', text, facts);
  }

  error(text: string, facts?: LogFacts): void {
    this.#log('error', text, facts);
  }

  fatal(text: string, facts?: LogFacts): void {
    this.#log('fatal', text, facts);
  }

  #log(level: LogLevel, text: string, facts: LogFacts | undefined): void {
    const severityNumber = severities[level];
    if (!this.#logger.enabled({ severityNumber })) return;
    const { error, ...attributes } = { ...this.#facts, ...facts };
    this.#logger.emit({
      severityNumber,
      severityText: level,
      body: text,
      // Copied by the provider, whatever it is.
      attributes: attributes as Record<string, string>,
      ...(error !== undefined && { exception: error }),
    });
  }
}
