import type { Window } from './signals.ts';

/** Measurements of metrics, each with the trace that it was taken in. */
export interface ExemplarList extends Window {
  readonly exemplars: readonly ExemplarRow[];
}

export interface ExemplarRow {
  readonly at: number;
  readonly metric: string;
  /** Of the value, by UCUM such as `s`; empty for none. */
  readonly unit: string;
  readonly value: number;
  readonly service: string;
  readonly instance: string | undefined;
  /** Those of the series. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId: string;
  readonly spanId: string | undefined;
}
