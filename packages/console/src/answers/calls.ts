import type { CallCell, CallsDetail, Window } from '../api/console-api.ts';
import { consoleErrors } from '../console-errors.ts';
import type { ConsoleState } from '../console-state.ts';
import type { FlowTotals } from '../live/flow-totals.ts';
import type { Shape } from '../store/shape-book.ts';
import { type CallGroup, callGroups, type Ends, groupKey } from '../view/call-groups.ts';
import { goldenSignals } from '../view/golden-signals.ts';
import { redOf } from '../view/red.ts';
import { callsIn } from '../view/service-flow.ts';
import { readServices, type ServiceWindow } from '../view/service-summaries.ts';
import { mapEdge } from './service-map.ts';

const cellsMax = 2_000;

/** @throws HoldfastError NOT_FOUND. */
export async function callsDetail(
  state: ConsoleState,
  ends: Ends,
  asked: Window,
  now: number,
): Promise<CallsDetail> {
  const { windows, live, store } = state;
  const { book } = store;
  const read = await readServices({ windows, live, book, now }, asked);
  const edges = read.flow.edges.filter(({ from, to }) => from === ends.from && to === ends.to);
  if (edges.length === 0) {
    throw consoleErrors.create('NOT_FOUND', {
      message: `no call of ${ends.to} by ${ends.from} was heard of in the window`,
    });
  }
  function* between(totals: FlowTotals) {
    for (const call of callsIn(totals, book, live.callees)) {
      if (call.from === ends.from && call.to === ends.to) yield call.totals;
    }
  }
  return {
    ...asked,
    caller: ends.from,
    callee: ends.to,
    calleeKind: read.flow.nodes.get(ends.to)!.kind,
    edges: edges.map((edge) => mapEdge(read, edge)),
    signals: goldenSignals(read.window, between, null),
    operations: cellsOf(state, read, ends, ({ name }) => name),
    instances: cellsOf(state, read, ends, ({ resource }) => resource.instance || resource.service),
  };
}

/** The busiest first. */
function cellsOf(
  { live, store }: ConsoleState,
  { window, judge }: ServiceWindow,
  ends: Ends,
  tell: (shape: Shape) => string,
): CallCell[] {
  const byFlow = new Map<FlowTotals, Map<string, CallGroup>>();
  const groupsIn = (flow: FlowTotals): Map<string, CallGroup> => {
    const found = byFlow.get(flow) ?? callGroups(flow, store.book, live.callees, ends, tell);
    byFlow.set(flow, found);
    return found;
  };
  return [...groupsIn(window.whole).values()]
    .sort((one, other) => other.totals.count - one.totals.count)
    .slice(0, cellsMax)
    .map(({ from, to, totals }) => ({
      from,
      to,
      red: redOf(totals, window.seconds),
      health: judge((flow) => groupsIn(flow).get(groupKey(from, to))?.totals).health,
    }));
}
