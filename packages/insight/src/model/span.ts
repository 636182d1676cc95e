/** What a span is to the exchange that it belongs to, in OpenTelemetry's words. */
export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export type SpanStatus = 'unset' | 'ok' | 'error';

export type AttributeValue = string | number | boolean | readonly AttributeValue[];

/** A reference to a span that is no parent: a message that was consumed, a batch that was made of others. */
export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * One span, as analyses read it. Times are microseconds; what OpenTelemetry gives in nanoseconds keeps its fraction as far as
 * a number holds it (a quarter of a microsecond for `start`, all of it for `duration`).
 */
export interface Span {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Undefined for the root. The parent may be missing from a trace: then the span is an orphan. */
  readonly parentId: string | undefined;
  /** `service.name` of its resource. */
  readonly service: string;
  /** `service.instance.id`, or what stands for it: the pod, or host and process. */
  readonly instance: string | undefined;
  /** `service.version`. */
  readonly version: string | undefined;
  /** The span's name. */
  readonly operation: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  /** Microseconds since the Unix epoch. */
  readonly start: number;
  /** Microseconds, never negative. */
  readonly duration: number;
  /**
   * Whom a client or producer span calls, where its attributes say so: a `peer.service`, a database, a queue. It stands for
   * the callee in a graph while no span of the callee's is known.
   */
  readonly peer: string | undefined;
  readonly links: readonly SpanLink[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}
