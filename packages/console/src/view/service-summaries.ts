import { type HealthVerdict, judgeWindow } from '@holdfast/insight';
import type { Health, Red, ServiceSummary, Window } from '../api/console-api.ts';
import type { CallTotals } from '../live/call-totals.ts';
import type { FlowTotals } from '../live/flow-totals.ts';
import type { LiveFlow } from '../live/live-flow.ts';
import type { ShapeBook } from '../store/shape-book.ts';
import type { FlowWindow, FlowWindows } from './flow-window.ts';
import { noCalls, redOf } from './red.ts';
import { type FlowEdge, type FlowNode, type ServiceFlow, serviceFlow } from './service-flow.ts';

/** A window as a graph of services, and how well they are at its end. */
export interface ServiceWindow {
  readonly window: FlowWindow;
  readonly flow: ServiceFlow;
  readonly summaries: ReadonlyMap<string, ServiceSummary>;
  healthOf(edge: FlowEdge): Health;
  /** Judges calls by what they come to in the window, at its end, and before. */
  judge(callsIn: (totals: FlowTotals) => CallTotals | undefined): HealthVerdict;
}

/** The end of a window is judged against what came before in it; a window of the past, or a short one, as a whole. */
const judgedMillis = 60_000;
/** Few failures take longer than a moment to be over. */
const lastMillis = [10_000, 20_000, 30_000];

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
  const last = to > now - judgedMillis ? await lastParts(windows, current, now) : [];
  const flowOf = ({ whole }: FlowWindow): ServiceFlow => serviceFlow(whole, book, live.callees);
  const flow = flowOf(window);
  const [currentFlow, baseFlow] = [flowOf(current), flowOf(base)];
  const lastFlows = last.map((part) => ({ flow: flowOf(part), seconds: part.seconds }));
  const summaries = new Map<string, ServiceSummary>();
  for (const node of flow.nodes.values()) {
    const { name, totals } = node;
    const [end, before] = [currentFlow.nodes.get(name), baseFlow.nodes.get(name)];
    summaries.set(name, {
      name,
      ...judgeWindow({
        whole: attemptsOf(node, window.seconds),
        end: end === undefined ? noCalls : attemptsOf(end, current.seconds),
        before: before && attemptsOf(before, base.seconds),
        last: lastFlows.map(({ flow, seconds }) => {
          const part = flow.nodes.get(name);
          return part === undefined ? noCalls : attemptsOf(part, seconds);
        }),
        endName: isLive ? 'now' : undefined,
      }),
      red: redOf(totals, window.seconds),
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
    judge: (callsIn) => {
      const before = callsIn(base.whole);
      return judgeWindow({
        whole: redOf(callsIn(window.whole), window.seconds),
        end: redOf(callsIn(current.whole), current.seconds),
        before: before && redOf(before, base.seconds),
        last: last.map((part) => redOf(callsIn(part.whole), part.seconds)),
      });
    },
    healthOf: (edge) => {
      const before = edgeOf(baseFlow, edge);
      return judgeWindow({
        whole: redOf(edge.totals, window.seconds),
        end: redOf(edgeOf(currentFlow, edge)?.totals, current.seconds),
        before: before && redOf(before.totals, base.seconds),
        last: lastFlows.map(({ flow, seconds }) => redOf(edgeOf(flow, edge)?.totals, seconds)),
      }).health;
    },
  };
}

/** Last parts of a window that ends now, the shortest first; none where nothing failed that may be over. */
async function lastParts(
  windows: FlowWindows,
  { whole }: FlowWindow,
  now: number,
): Promise<readonly FlowWindow[]> {
  const failed = [...whole.shapes.values()].some(({ errors }) => errors > 0);
  if (!failed) return [];
  const longer = lastMillis.map((millis) => windows.read({ from: now - millis, to: now }));
  return Promise.all([windows.lastMoment(now), ...longer]);
}

/** The requests of a node with the calls that it did not answer, which have no duration. */
function attemptsOf(node: FlowNode, seconds: number): Red {
  const red = redOf(node.totals, seconds);
  const count = red.count + node.unanswered;
  const errors = red.errors + node.unanswered;
  return { ...red, count, errors, errorShare: count === 0 ? 0 : errors / count };
}
