import type { Window } from './signals.ts';

export interface TraceList extends Window {
  readonly traces: readonly TraceSummary[];
  /** For the next page; undefined on the last. */
  readonly cursor: string | undefined;
  readonly took: number;
}

export interface TraceSummary {
  readonly traceId: string;
  readonly start: number;
  readonly duration: number;
  readonly rootService: string;
  readonly rootOperation: string;
  readonly spans: number;
  readonly errors: number;
  readonly services: readonly string[];
}
