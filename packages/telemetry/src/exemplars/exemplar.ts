import type { Attributes, SpanContext } from '@opentelemetry/api';

/** The ids of a span. */
export type ExemplarSpan = Pick<SpanContext, 'traceId' | 'spanId'>;

/** One measurement out of many, and the trace that it was taken in. */
export interface Exemplar {
  readonly value: number;
  /** Microseconds since the Unix epoch. */
  readonly time: number;
  /** The sampled span that was active. Undefined for none. */
  readonly span: ExemplarSpan | undefined;
  /** Attributes of the measurement that its series does not have, since a view leaves them out. */
  readonly attributes: Attributes;
}
