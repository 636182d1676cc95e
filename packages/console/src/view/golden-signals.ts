import type { Curve, GoldenSignals } from '../api/console-api.ts';
import { CallTotals } from '../live/call-totals.ts';
import type { FlowTotals } from '../live/flow-totals.ts';
import type { FlowWindow } from './flow-window.ts';
import { curveOf } from './red.ts';

/** The golden signals of what `requestsOf` picks from each step. */
export function goldenSignals(
  window: FlowWindow,
  requestsOf: (totals: FlowTotals) => Iterable<CallTotals>,
  saturation: Curve | null,
): GoldenSignals {
  const steps = window.steps.map((totals) => {
    const sum = new CallTotals();
    for (const calls of requestsOf(totals)) sum.add(calls);
    return sum;
  });
  const laid = { from: window.from, step: window.step, steps };
  const latency = (q: number): Curve =>
    curveOf(laid, (calls) => (calls.count === 0 ? null : calls.quantile(q) / 1e3));
  return {
    traffic: curveOf(laid, ({ count }) => (count * 1e3) / window.step),
    errors: curveOf(laid, ({ count, errors }) => (count === 0 ? null : errors / count)),
    p50: latency(0.5),
    p95: latency(0.95),
    p99: latency(0.99),
    saturation,
  };
}
