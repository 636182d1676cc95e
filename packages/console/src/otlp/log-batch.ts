import type { ReceivedBatch } from './received-batch.ts';

/** Logs as they were received. */
export interface LogBatch extends ReceivedBatch {
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
  /** A text as it is, anything else as JSON; empty for none. Made when asked for. */
  body(row: number): string;
}
