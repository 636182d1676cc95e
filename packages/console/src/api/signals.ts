/** How well something is. `idle` is what nobody has called within the window. */
export type Health = 'healthy' | 'degraded' | 'failing' | 'idle';

export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A curve over a window, at equal steps. A hole is `null`. */
export interface Curve {
  readonly from: number;
  /** Milliseconds between two values. */
  readonly step: number;
  readonly values: readonly (number | null)[];
}

/** The four golden signals. */
export interface GoldenSignals {
  /** Requests a second. */
  readonly traffic: Curve;
  /** Share of requests that failed. */
  readonly errors: Curve;
  readonly p50: Curve;
  readonly p95: Curve;
  readonly p99: Curve;
  /** The fullest resource, as a share; null where no process tells. */
  readonly saturation: Curve | null;
}

/** Rate, errors, duration over a window. */
export interface Red {
  readonly count: number;
  /** Per second. */
  readonly rate: number;
  readonly errors: number;
  /** Share. */
  readonly errorShare: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}
