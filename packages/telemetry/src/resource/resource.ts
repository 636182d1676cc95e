import type { Attributes } from '@opentelemetry/api';

/** Who sends telemetry: this process, by OpenTelemetry's semantic conventions. */
export interface Resource {
  /** With `service.name`, always. */
  readonly attributes: Attributes;
}

/** The library whose code made a span or log. Exporters compare it by identity: one object for one tracer or logger. */
export interface InstrumentationScope {
  readonly name: string;
  readonly version: string | undefined;
  readonly schemaUrl: string | undefined;
}
