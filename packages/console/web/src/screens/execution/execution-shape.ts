import type { ExecutionEdge, ExecutionNode, ExecutionView } from '../../api/console-api.ts';
import type { GraphShape } from '../../graph/graph-layout.ts';

/** What tells a node from the others, also in the URL. */
export function nodeKey({ kind, service, name }: ExecutionNode): string {
  return `${kind}/${encodeURIComponent(service ?? '')}/${name}`;
}

/** The name of an operation without the package of a gRPC service: `shop.v1.Cart/Get` is `Cart/Get`. */
export function shortName(name: string): string {
  return /^\/?(?:\w+\.)+(\w+\/\w+)$/.exec(name)?.[1] ?? name;
}

/** The ends of an edge, in the direction in which things go: a message comes out of its topic. */
export function endsOf({ from, to, kind }: ExecutionEdge): readonly [from: number, to: number] {
  return kind === 'receives' ? [to, from] : [from, to];
}

/** What tells an edge from the others. */
export function edgeKey(edge: ExecutionEdge, nodes: readonly ExecutionNode[]): string {
  return JSON.stringify([edge.kind, nodeKey(nodes[edge.from]!), nodeKey(nodes[edge.to]!)]);
}

/** The busiest part of a view: more than this nobody can look at. */
export function busiest(view: ExecutionView, nodesMax: number): ExecutionView {
  if (view.nodes.length <= nodesMax) return view;
  const kept = view.nodes
    .map((node, index) => ({ index, count: node.red.count }))
    .sort((one, other) => other.count - one.count)
    .slice(0, nodesMax)
    .map(({ index }) => index)
    .sort((one, other) => one - other);
  const indexes = new Map(kept.map((index, place) => [index, place]));
  return {
    ...view,
    nodes: kept.map((index) => view.nodes[index]!),
    edges: view.edges.flatMap((edge) => {
      const [from, to] = [indexes.get(edge.from), indexes.get(edge.to)];
      return from === undefined || to === undefined ? [] : [{ ...edge, from, to }];
    }),
    omitted: view.omitted + view.nodes.length - kept.length,
  };
}

/** Nodes in the order in which they run; ways in that of their place. */
export function shapeOf({ nodes, edges }: Pick<ExecutionView, 'nodes' | 'edges'>): GraphShape {
  return {
    nodes: nodes.map(nodeKey),
    ways: edges
      .toSorted((one, other) => (one.place ?? 0) - (other.place ?? 0))
      .map((edge) => {
        const [from, to] = endsOf(edge);
        return { key: edgeKey(edge, nodes), from: nodeKey(nodes[from]!), to: nodeKey(nodes[to]!) };
      }),
  };
}

/** What a node does, in its order. */
export function doneBy(view: ExecutionView, node: number): readonly ExecutionEdge[] {
  return view.edges
    .filter(({ from, kind }) => from === node && kind !== 'receives')
    .sort(
      (one, other) => (one.place ?? Number.POSITIVE_INFINITY) - (other.place ?? Number.POSITIVE_INFINITY),
    );
}

/** Whether what a node does comes one after another at all. */
export function haveOrder(done: readonly ExecutionEdge[]): boolean {
  return done.some(({ place }) => place !== undefined && place > 1);
}

/** What tells of an edge's place: `2` where there is an order, `2∥` for what runs beside others, `×12` for what is repeated. */
export function placeText({ place, parallel, times }: ExecutionEdge, ordered: boolean): string {
  const repeated = times < 1.5 ? '' : `×${times < 9.95 ? Number(times.toFixed(1)) : Math.round(times)}`;
  return [`${ordered ? (place ?? '') : ''}${parallel ? '∥' : ''}`, repeated]
    .filter((text) => text !== '')
    .join(' ');
}

const verbs: Readonly<Record<ExecutionEdge['kind'], string>> = {
  call: 'calls',
  message: 'sends a message to',
  reads: 'reads',
  writes: 'writes',
  sends: 'sends to',
  receives: 'receives from',
};

export function verbOf({ kind }: ExecutionEdge): string {
  return verbs[kind];
}
