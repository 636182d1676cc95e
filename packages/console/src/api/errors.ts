import type { Curve, Window } from './signals.ts';

/** Errors of all services, from the monitors of processes and from spans and logs that carry exceptions. */
export interface ErrorList extends Window {
  readonly groups: readonly ErrorGroupRow[];
}

export interface ErrorGroupRow {
  readonly fingerprint: string;
  readonly name: string;
  readonly message: string;
  readonly service: string;
  readonly component: string | undefined;
  readonly severity: 'low' | 'medium' | 'high' | 'critical' | undefined;
  readonly count: number;
  /** Per second, in the last minute. */
  readonly rate: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Null where only a monitor speaks of them, which counts, and does not tell when. */
  readonly curve: Curve | null;
  readonly samples: readonly ErrorSampleRow[];
}

export interface ErrorSampleRow {
  readonly at: number;
  readonly message: string;
  readonly stack: string | undefined;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}
