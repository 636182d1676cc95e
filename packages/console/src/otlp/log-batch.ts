import type { ResourceEntry } from './span-batch.ts';

/** Logs as columns, in the manner of `SpanBatch`: row `i` of each is log `i`. */
export interface LogBatch {
  readonly length: number;
  /** What it holds in memory, about, the undecoded parts included. */
  readonly bytes: number;
  /** Nanoseconds since the Unix epoch: when it happened or, where that is not told, was observed. */
  readonly times: BigInt64Array;
  /** 16 bytes a row; all zero where no span was active. */
  readonly traceIds: Uint8Array;
  /** 8 bytes a row; all zero where no span was active. */
  readonly spanIds: Uint8Array;
  /** OpenTelemetry's numbers: 1 to 4 trace, 5 debug, 9 info, 13 warn, 17 error, 21 to 24 fatal; 0 unspecified. */
  readonly severities: Uint8Array;
  /** The level in the logger's own words; index into {@link texts}, 0 for none. */
  readonly severityTexts: Uint32Array;
  /** Index into {@link texts}, 0 for none. */
  readonly eventNames: Uint32Array;
  /** Indexes into {@link resources}. */
  readonly resourceOf: Uint32Array;
  /** Index into {@link texts}, 0 for none: the instrumentation scope. */
  readonly scopes: Uint32Array;
  /** The first is the empty text. */
  readonly texts: readonly string[];
  readonly resources: readonly ResourceEntry[];
  /** A text as it is, anything else as JSON; empty for none. Made when asked for. */
  body(row: number): string;
  /** The log's attributes as JSON; `{}` for none. Made when asked for. */
  attributesJson(row: number): string;
}
