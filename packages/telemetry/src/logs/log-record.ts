import type { InstrumentationScope } from '../resource/resource.ts';

/** What a log says, in JSON's forms and bytes. */
export type LogValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly LogValue[]
  | { readonly [key: string]: LogValue };

/** One log, as exporters take it. Times are microseconds since the Unix epoch. */
export interface LogRecord {
  readonly scope: InstrumentationScope;
  /** When it happened. */
  readonly time: number;
  /** When it was handed over. */
  readonly observedTime: number;
  /** OpenTelemetry's number: 1 to 4 trace, 5 debug, 9 info, 13 warn, 17 error, 21 fatal; 0 for unspecified. */
  readonly severity: number;
  /** The level in the logger's own words. */
  readonly severityText: string | undefined;
  readonly body: LogValue;
  readonly attributes: { readonly [key: string]: LogValue };
  readonly droppedAttributes: number;
  readonly eventName: string | undefined;
  /** The span that was active, 32 and 16 hexadecimal digits. */
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly traceFlags: number;
}

/** Where logs go. */
export interface LogSink {
  /** Takes the log or, where it has no room, counts it as dropped. Neither waits nor throws. */
  addLog(log: LogRecord): void;
}
