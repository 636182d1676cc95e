import type { Curve, Window } from './signals.ts';

export type LogSeverity = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export interface LogList extends Window {
  readonly logs: readonly LogRow[];
  readonly cursor: string | undefined;
  /** How many there are by time and severity. */
  readonly histogram: readonly { readonly severity: LogSeverity; readonly counts: Curve }[];
}

export interface LogRow {
  readonly id: string;
  readonly at: number;
  readonly severity: LogSeverity;
  readonly service: string;
  readonly instance: string | undefined;
  readonly body: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}
