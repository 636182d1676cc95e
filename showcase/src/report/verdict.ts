import type { Variant } from '../stack/stack.ts';
import type { Run } from './run.ts';

/** What may fail: the orders alone, or the comparison with today's stack as well. */
export const checks = ['orders', 'all'] as const;
export type Check = (typeof checks)[number];

export interface Verdict {
  readonly check: Check;
  /** No order lost, doubled, charged for nothing, stuck or still owed in the Holdfast run; null without one. */
  readonly ordersSafe: boolean | null;
  /** Holdfast at most 10 % worse than today's stack on goodput and p99; null without both runs. */
  readonly keepsUp: boolean | null;
  /** What is wrong, for people. */
  readonly failures: readonly string[];
  /** Whether everything that `check` asks for holds. */
  readonly passed: boolean;
}

const tolerance = 0.1;

export function judgeRuns(runs: Readonly<Partial<Record<Variant, Run>>>, check: Check): Verdict {
  const { today, holdfast } = runs;
  const orders = holdfast === undefined ? [] : orderFailures(holdfast);
  const comparison = holdfast === undefined || today === undefined ? [] : comparisonFailures(holdfast, today);
  return {
    check,
    ordersSafe: holdfast === undefined ? null : orders.length === 0,
    keepsUp: holdfast === undefined || today === undefined ? null : comparison.length === 0,
    failures: [...orders, ...comparison],
    passed: orders.length === 0 && (check === 'orders' || comparison.length === 0),
  };
}

function orderFailures({ orders, sagas, unsettled }: Run): string[] {
  const failures: string[] = [];
  if (unsettled > 0)
    failures.push(
      `Holdfast owed ${unsettled} things still when the books were audited: what they say is not final`,
    );
  if (orders.lost > 0) failures.push(`Holdfast lost ${orders.lost} accepted orders`);
  if (orders.chargedTwice > 0) failures.push(`Holdfast charged ${orders.chargedTwice} orders twice`);
  if (orders.shippedTwice > 0) failures.push(`Holdfast shipped ${orders.shippedTwice} orders twice`);
  if (orders.chargedForNothing > 0)
    failures.push(`Holdfast charged ${orders.chargedForNothing} orders for nothing`);
  if (orders.refundedTwice > 0) failures.push(`Holdfast refunded ${orders.refundedTwice} orders twice`);
  if (sagas !== null && sagas.stuck > 0)
    failures.push(`${sagas.stuck} orders are stuck: they wait for a person`);
  return failures;
}

function comparisonFailures(holdfast: Run, today: Run): string[] {
  const failures: string[] = [];
  if (holdfast.goodputCompared < today.goodputCompared * (1 - tolerance)) {
    const [ours, theirs] = [holdfast.goodputCompared.toFixed(1), today.goodputCompared.toFixed(1)];
    failures.push(`Holdfast's goodput of ${ours} orders/s is over 10 % below today's ${theirs}`);
  }
  if (holdfast.p99 !== null && today.p99 !== null && holdfast.p99 > today.p99 * (1 + tolerance)) {
    failures.push(
      `Holdfast's p99 of ${holdfast.p99.toFixed(0)} ms is over 10 % above today's ${today.p99.toFixed(0)} ms`,
    );
  }
  return failures;
}
