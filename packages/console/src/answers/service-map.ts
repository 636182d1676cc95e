import type { MapEdge, MapNode, ServiceMap, Window } from '../api/console-api.ts';
import type { ConsoleState } from '../console-state.ts';
import { redOf } from '../view/red.ts';
import type { FlowEdge } from '../view/service-flow.ts';
import { readServices, type ServiceWindow } from '../view/service-summaries.ts';

/** Who calls whom: rates from all spans, what the shape of the graph says from the newest traces. */
export async function serviceMap(state: ConsoleState, asked: Window, now: number): Promise<ServiceMap> {
  const { windows, live, store, insights } = state;
  const [read, { graph }] = await Promise.all([
    readServices({ windows, live, book: store.book, now }, asked),
    insights.read(asked),
  ]);
  const known = new Map(graph.nodes.map((node) => [node.name, node]));
  const nodes = [...read.flow.nodes.values()].map(({ name, kind }): MapNode => {
    const node = known.get(name);
    return {
      ...read.summaries.get(name)!,
      kind,
      reach: node?.reach ?? 0,
      gates: node?.gates ?? [],
      singlePointOfFailure: node?.singlePointOfFailure ?? false,
      criticalShare: node?.criticalShare ?? 0,
    };
  });
  return {
    ...asked,
    nodes,
    edges: read.flow.edges.map((edge) => mapEdge(read, edge)),
    cycles: graph.cycles,
  };
}

export function mapEdge(read: ServiceWindow, edge: FlowEdge): MapEdge {
  const { from, to, kind, totals } = edge;
  const requests = read.flow.nodes.get(from)?.totals.count ?? 0;
  return {
    from,
    to,
    kind,
    red: redOf(totals, read.window.seconds),
    health: read.healthOf(edge),
    strength: requests === 0 ? 0 : Math.min(1, totals.count / requests),
  };
}
