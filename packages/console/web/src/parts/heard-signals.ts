import type { Curve, GoldenSignals } from '../api/console-api.ts';

/** Steps that are shown before the first that was heard. */
const stepsBefore = 3;
/** A window less of which is silent at its beginning is shown as a whole. */
const silentMin = 0.5;

/**
 * Where curves begin that are to be seen: at the start of the window, but where little was heard yet, as after a first start, just
 * before the first. In milliseconds since the Unix epoch.
 */
export function heardFrom({ from, step, values }: Curve): number {
  const first = values.findIndex((value) => value !== null && value > 0);
  return first < values.length * silentMin ? from : from + Math.max(0, first - stepsBefore) * step;
}

/** A curve from a moment on. */
export function curveFrom(curve: Curve, at: number): Curve {
  const skipped = Math.min(curve.values.length, Math.max(0, Math.round((at - curve.from) / curve.step)));
  if (skipped === 0) return curve;
  return { ...curve, from: curve.from + skipped * curve.step, values: curve.values.slice(skipped) };
}

/** Signals from where they are to be seen. */
export function heardSignals(signals: GoldenSignals): GoldenSignals {
  const at = heardFrom(signals.traffic);
  const { traffic, errors, p50, p95, p99, saturation } = signals;
  return {
    traffic: curveFrom(traffic, at),
    errors: curveFrom(errors, at),
    p50: curveFrom(p50, at),
    p95: curveFrom(p95, at),
    p99: curveFrom(p99, at),
    saturation: saturation && curveFrom(saturation, at),
  };
}
