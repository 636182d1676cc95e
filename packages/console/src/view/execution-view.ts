import {
  type CallPlace,
  type DataUse,
  type ExecutionGraph,
  type ExecutionLink,
  type ExecutionStep,
  judgeHealth,
  RedTally,
} from '@holdfast/insight';
import type { ExecutionEdge, ExecutionNode, ExecutionView, Health, Red } from '../api/console-api.ts';

/** What is known of an operation from all of its spans, beyond those in the traces of a graph. */
export interface OperationFigures {
  readonly red: Red;
  readonly health: Health;
}

export interface ExecutionFigures {
  /** Undefined for an operation that is not known. */
  of(step: ExecutionStep): OperationFigures | undefined;
  /** How long the window is. */
  readonly seconds: number;
  readonly nodesMax: number;
}

interface Way {
  readonly from: string;
  readonly to: string;
  readonly kind: ExecutionEdge['kind'];
  readonly calls: RedTally;
  /** How many calls one of those in the tally stands for. */
  readonly scale: number;
  readonly place: CallPlace | undefined;
}

/** The graph of some traces, with the figures of all. */
export function executionView(
  graph: ExecutionGraph,
  figures: ExecutionFigures,
): Pick<ExecutionView, 'nodes' | 'edges' | 'omitted'> {
  const nodes = new Map<string, ExecutionNode>();
  const scales = new Map<ExecutionStep, number>();
  for (const step of graph.steps) {
    const known = figures.of(step);
    const { count } = step.calls.durations;
    scales.set(step, known === undefined ? 1 : known.red.count / count);
    nodes.set(stepKey(step), operationNode(step, known ?? judged(step.calls.red(figures.seconds))));
  }
  const ways = [...linkWays(graph, scales), ...useWays(graph, scales)];
  for (const [key, uses] of groupUses(graph.uses)) nodes.set(key, dataNode(uses, scales, figures.seconds));

  const kept = new Set(
    [...nodes]
      .sort(([, one], [, other]) => other.red.count - one.red.count)
      .slice(0, figures.nodesMax)
      .map(([key]) => key),
  );
  const shown = ways.filter(({ from, to }) => kept.has(from) && kept.has(to));
  const order = inOrder(nodes, shown).filter((key) => kept.has(key));
  const indexes = new Map(order.map((key, index) => [key, index]));
  return {
    nodes: order.map((key) => nodes.get(key)!),
    edges: shown.map((way) => edgeOf(way, indexes, figures.seconds)),
    omitted: nodes.size - kept.size,
  };
}

function operationNode(step: ExecutionStep, { red, health }: OperationFigures): ExecutionNode {
  const { kind, service, operation, peer, calls, self, entries } = step;
  return {
    kind,
    service,
    name: operation,
    peer,
    red,
    health,
    self: self / calls.durations.count / 1e3,
    entry: entries > 0,
  };
}

function dataNode(
  uses: readonly DataUse[],
  scales: ReadonlyMap<ExecutionStep, number>,
  seconds: number,
): ExecutionNode {
  const all = new RedTally();
  let count = 0;
  for (const { calls, step } of uses) {
    all.merge(calls);
    count += calls.durations.count * scales.get(step)!;
  }
  const [{ access, resource }] = uses as readonly [DataUse];
  return {
    kind: access === 'sends' || access === 'receives' ? 'topic' : 'data',
    service: undefined,
    name: resource,
    peer: undefined,
    ...judged(scaledRed(all, count / all.durations.count, seconds)),
    self: undefined,
    entry: false,
  };
}

/** The links between steps. A message through a topic that both of them name goes by that topic. */
function linkWays(graph: ExecutionGraph, scales: ReadonlyMap<ExecutionStep, number>): Way[] {
  const sent = new Map<ExecutionStep, Set<string>>();
  for (const { step, access, resource } of graph.uses) {
    if (access === 'sends') sent.set(step, (sent.get(step) ?? new Set()).add(resource));
  }
  const received = new Set(
    graph.uses
      .filter(({ access }) => access === 'receives')
      .map(({ step, resource }) => `${resource}\0${stepKey(step)}`),
  );
  const throughTopic = ({ from, to, kind }: ExecutionLink): boolean =>
    kind === 'message' &&
    [...(sent.get(from) ?? [])].some((topic) => received.has(`${topic}\0${stepKey(to)}`));
  return graph.links
    .filter((link) => !throughTopic(link))
    .map((link) => ({
      from: stepKey(link.from),
      to: stepKey(link.to),
      kind: link.kind,
      calls: link.calls,
      scale: scales.get(link.from)!,
      place: graph.order(link.from).get(link),
    }));
}

function useWays(graph: ExecutionGraph, scales: ReadonlyMap<ExecutionStep, number>): Way[] {
  return graph.uses.map((use) => ({
    from: stepKey(use.step),
    to: dataKey(use),
    kind: use.access,
    calls: use.calls,
    scale: scales.get(use.step)!,
    place: graph.order(use.step).get(use),
  }));
}

function edgeOf(
  { from, to, kind, calls, scale, place }: Way,
  indexes: ReadonlyMap<string, number>,
  seconds: number,
): ExecutionEdge {
  return {
    from: indexes.get(from)!,
    to: indexes.get(to)!,
    kind,
    ...judged(scaledRed(calls, scale, seconds)),
    place: place?.place,
    parallel: place?.parallel ?? false,
    times: place?.times ?? 1,
  };
}

/** Keys of nodes: from where traces begin, the busiest first, down into what each does, in its order. */
function inOrder(nodes: ReadonlyMap<string, ExecutionNode>, ways: readonly Way[]): string[] {
  const below = new Map<string, { readonly to: string; readonly place: number }[]>();
  for (const { from, to, kind, place } of ways) {
    // A message comes out of its topic.
    const [upper, lower] = kind === 'receives' ? [to, from] : [from, to];
    const list = below.get(upper) ?? [];
    list.push({ to: lower, place: place?.place ?? Number.POSITIVE_INFINITY });
    below.set(upper, list);
  }
  for (const list of below.values()) list.sort((one, other) => one.place - other.place);
  const order = new Set<string>();
  const visit = (start: string): void => {
    const stack = [start];
    for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
      if (order.has(key)) continue;
      order.add(key);
      for (const { to } of (below.get(key) ?? []).toReversed()) stack.push(to);
    }
  };
  const busiest = [...nodes].sort(([, one], [, other]) => other.red.count - one.red.count);
  for (const [key, { entry }] of busiest) if (entry) visit(key);
  for (const [key] of busiest) visit(key);
  return [...order];
}

function groupUses(uses: readonly DataUse[]): Map<string, DataUse[]> {
  const groups = new Map<string, DataUse[]>();
  for (const use of uses) groups.set(dataKey(use), [...(groups.get(dataKey(use)) ?? []), use]);
  return groups;
}

function stepKey({ service, kind, operation }: ExecutionStep): string {
  return `step\0${service}\0${kind}\0${operation}`;
}

function dataKey({ access, resource }: DataUse): string {
  return `${access === 'sends' || access === 'receives' ? 'topic' : 'data'}\0${resource}`;
}

function judged(red: Red): OperationFigures {
  return { red, health: judgeHealth(red).health };
}

/** Of a sample, what all of it comes to. */
function scaledRed(tally: RedTally, scale: number, seconds: number): Red {
  const red = tally.red(seconds);
  return {
    ...red,
    count: Math.round(red.count * scale),
    errors: Math.round(red.errors * scale),
    rate: red.rate * scale,
  };
}
