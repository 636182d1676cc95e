import { judgeHealth } from '@holdfast/insight';
import type { Health, ServiceSummary, Window } from '../api/console-api.ts';
import type { CallTotals } from '../live/call-totals.ts';
import type { LiveFlow } from '../live/live-flow.ts';
import type { ShapeBook } from '../store/shape-book.ts';
import type { FlowWindow, FlowWindows } from './flow-window.ts';
import { redOf } from './red.ts';
import { type FlowEdge, type ServiceFlow, serviceFlow } from './service-flow.ts';

/** A window as a graph of services, and how well they are at its end. */
export interface ServiceWindow {
  readonly window: FlowWindow;
  readonly flow: ServiceFlow;
  readonly summaries: ReadonlyMap<string, ServiceSummary>;
  healthOf(edge: FlowEdge): Health;
}

/** What is judged is the end of a window, against what came before in it; a window of the past is judged by itself. */
const judgedMillis = 60_000;

export async function readServices(
  {
    windows,
    live,
    book,
    now,
  }: {
    readonly windows: FlowWindows;
    readonly live: LiveFlow;
    readonly book: ShapeBook;
    readonly now: number;
  },
  asked: Window,
): Promise<ServiceWindow> {
  const { from, to } = asked;
  const isLive = to > now - judgedMillis && to - from > 2 * judgedMillis;
  const split = isLive ? to - judgedMillis : from;
  const [window, current, base] = await Promise.all([
    windows.read(asked),
    windows.read({ from: split, to }),
    windows.read(isLive ? { from, to: split } : { from: from - (to - from), to: from }),
  ]);
  const flowOf = ({ whole }: FlowWindow): ServiceFlow => serviceFlow(whole, book, live.callees);
  const flow = flowOf(window);
  const [currentFlow, baseFlow] = [flowOf(current), flowOf(base)];
  const summaries = new Map<string, ServiceSummary>();
  for (const node of flow.nodes.values()) {
    const verdict = judge(
      currentFlow.nodes.get(node.name)?.totals,
      baseFlow.nodes.get(node.name)?.totals,
      current.seconds,
      base.seconds,
    );
    summaries.set(node.name, {
      name: node.name,
      ...verdict,
      red: redOf(node.totals, window.seconds),
      versions: [...node.versions].sort(),
      instances: node.instances.size,
    });
  }
  const edgeOf = ({ edges }: ServiceFlow, { from, to, kind }: FlowEdge): FlowEdge | undefined =>
    edges.find((edge) => edge.from === from && edge.to === to && edge.kind === kind);
  return {
    window,
    flow,
    summaries,
    healthOf: (edge) =>
      judge(edgeOf(currentFlow, edge)?.totals, edgeOf(baseFlow, edge)?.totals, current.seconds, base.seconds)
        .health,
  };
}

function judge(
  current: CallTotals | undefined,
  base: CallTotals | undefined,
  seconds: number,
  baseSeconds: number,
): { readonly health: Health; readonly reason: string | undefined } {
  return judgeHealth(redOf(current, seconds), base && redOf(base, baseSeconds));
}
