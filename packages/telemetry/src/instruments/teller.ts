import type { ErrorMonitor } from '@holdfast/core';
import { type Attributes, trace } from '@opentelemetry/api';
import type { LogLevel } from '../logs/severity.ts';
import type { LogFacts, StructuredLogger } from '../logs/structured-logger.ts';
import type { MetricRegistry } from '../metrics/metric-registry.ts';

export interface TellerOptions {
  readonly registry: MetricRegistry;
  /** Default none: no logs. */
  readonly logger?: StructuredLogger | undefined;
  readonly errors: ErrorMonitor;
}

/** What instruments tell with what they hear. */
export class Teller {
  readonly registry: MetricRegistry;
  readonly #logger: StructuredLogger | undefined;
  readonly #errors: ErrorMonitor;
  /** So that one that several tell of counts once. */
  readonly #recorded = new WeakSet<object>();

  constructor({ registry, logger, errors }: TellerOptions) {
    this.registry = registry;
    this.#logger = logger;
    this.#errors = errors;
  }

  /** A fact of the span that is active, if one is. */
  spanEvent(name: string, attributes: Attributes): void {
    const span = trace.getActiveSpan();
    if (span?.isRecording() === true) span.addEvent(name, attributes);
  }

  log(level: LogLevel, text: string, facts: LogFacts): void {
    this.#logger?.[level](text, facts);
  }

  /** Counts an error in the monitor; undefined is none. */
  error(thrown: unknown): void {
    if (thrown === undefined) return;
    if (typeof thrown === 'object' && thrown !== null) {
      if (this.#recorded.has(thrown)) return;
      this.#recorded.add(thrown);
    }
    this.#errors.record(thrown);
  }
}
