import { CallTotals } from '../live/call-totals.ts';
import { callerOf, entryOf, type FlowTotals, nobody } from '../live/flow-totals.ts';
import type { Shape, ShapeBook } from '../store/shape-book.ts';
import { type Callees, isCall, seenByCaller } from './service-flow.ts';

/** Some of the calls of one service by another. */
export interface CallGroup {
  readonly from: string;
  /** Undefined where nobody is known to have answered. */
  readonly to: string | undefined;
  readonly totals: CallTotals;
}

/** Who calls whom. */
export interface Ends {
  readonly from: string;
  readonly to: string;
}

/**
 * The calls of one service by another, by {@link groupKey}, told apart by what `tell` says of both of their ends. What was answered
 * is as the callee saw it: only it knows which of its processes that was. Of a callee that sends no spans, all is as the caller saw
 * it; else what failed and reached nobody is counted, and has no duration.
 */
export function callGroups(
  totals: FlowTotals,
  book: ShapeBook,
  callees: Callees,
  { from, to }: Ends,
  tell: (shape: Shape) => string,
): Map<string, CallGroup> {
  const groups = new Map<string, CallGroup>();
  const groupOf = (caller: string, answerer: string | undefined): CallTotals => {
    const key = groupKey(caller, answerer);
    const group = groups.get(key) ?? { from: caller, to: answerer, totals: new CallTotals() };
    groups.set(key, group);
    return group.totals;
  };
  const answered = new Map<string, CallTotals>();
  for (const [pair, calls] of totals.pairs) {
    if (callerOf(pair) === nobody) continue;
    const [caller, entry] = [book.shapes[callerOf(pair)]!, book.shapes[entryOf(pair)]!];
    if (caller.resource.service !== from || entry.resource.service !== to) continue;
    groupOf(tell(caller), tell(entry)).add(calls);
    sumAt(answered, tell(caller)).add(calls);
  }
  const sent = new Map<string, CallTotals>();
  for (const [id, calls] of totals.shapes) {
    const shape = book.shapes[id]!;
    if (shape.resource.service !== from || !isCall(shape) || seenByCaller(shape, callees) !== to) continue;
    sumAt(sent, tell(shape)).add(calls);
  }
  for (const [caller, calls] of sent) {
    if (answered.size === 0) {
      groupOf(caller, undefined).add(calls);
      continue;
    }
    const known = answered.get(caller);
    const failed = Math.min(calls.count - (known?.count ?? 0), calls.errors - (known?.errors ?? 0));
    if (failed <= 0) continue;
    const unanswered = groupOf(caller, undefined);
    unanswered.count = failed;
    unanswered.errors = failed;
  }
  return groups;
}

export function groupKey(from: string, to: string | undefined): string {
  return JSON.stringify([from, to ?? null]);
}

function sumAt(sums: Map<string, CallTotals>, key: string): CallTotals {
  const sum = sums.get(key) ?? new CallTotals();
  sums.set(key, sum);
  return sum;
}
