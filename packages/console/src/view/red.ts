import type { Curve, Red } from '../api/console-api.ts';
import type { CallTotals } from '../live/call-totals.ts';

/** Rate, errors and durations of totals; none for calls that there were none of. */
export function redOf(totals: CallTotals | undefined, seconds: number): Red {
  if (totals === undefined || totals.count === 0) return noCalls;
  const { count, errors, sum, max } = totals;
  return {
    count,
    rate: seconds > 0 ? count / seconds : 0,
    errors,
    errorShare: errors / count,
    mean: sum / count / 1e3,
    p50: totals.quantile(0.5) / 1e3,
    p95: totals.quantile(0.95) / 1e3,
    p99: totals.quantile(0.99) / 1e3,
    max: max / 1e3,
  };
}

export const noCalls: Red = {
  count: 0,
  rate: 0,
  errors: 0,
  errorShare: 0,
  mean: 0,
  p50: 0,
  p95: 0,
  p99: 0,
  max: 0,
};

/** One value of each step. */
export function curveOf<Step>(
  { from, step, steps }: { readonly from: number; readonly step: number; readonly steps: readonly Step[] },
  valueIn: (each: Step) => number | null,
): Curve {
  return { from, step, values: steps.map(valueIn) };
}
