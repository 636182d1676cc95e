import { Graph, layout as place } from '@dagrejs/dagre';
import type { ServiceMap } from '../../api/console-api.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything of a map stands. Places are the middles of boxes. */
export interface MapLayout {
  readonly width: number;
  readonly height: number;
  /** Of every box. */
  readonly nodeWidth: number;
  readonly nodes: ReadonlyMap<string, Point>;
  /** The points that an edge goes by, keyed by {@link edgeKey}. */
  readonly edges: ReadonlyMap<string, readonly Point[]>;
}

export const nodeHeight = 50;
const nodeWidthMin = 170;
const nodeWidthMax = 240;
/** What a box has beside its name, and what a letter takes, about. */
const besideName = 31;
const letterWidth = 7.3;
/** Between two columns of boxes. */
const gap = 56;

/** What tells an edge from another. */
export function edgeKey({
  from,
  to,
  kind,
}: {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
}): string {
  return JSON.stringify([from, to, kind]);
}

/** What a layout depends on: who is there and who calls whom. While it stays the same, nothing on the map moves. */
export function shapeOf({ nodes, edges }: Pick<ServiceMap, 'nodes' | 'edges'>): string {
  return JSON.stringify([nodes.map(({ name }) => name).sort(), edges.map(edgeKey).sort()]);
}

/** Callers on the left, what they call to their right. The order of the answer does not matter. */
export function layOut({ nodes, edges }: Pick<ServiceMap, 'nodes' | 'edges'>): MapLayout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: 'LR',
    nodesep: 16,
    ranksep: gap,
    edgesep: 10,
    marginx: 16,
    marginy: 16,
    ranker: 'network-simplex',
  });
  const names = nodes.map(({ name }) => name).sort();
  const nodeWidth = widthFor(names);
  for (const name of names) graph.setNode(name, { width: nodeWidth, height: nodeHeight });
  const drawn = edges
    .filter(({ from, to }) => from !== to && graph.hasNode(from) && graph.hasNode(to))
    .sort((a, b) => edgeKey(a).localeCompare(edgeKey(b)));
  for (const edge of drawn) graph.setEdge(edge.from, edge.to, { weight: 1 }, edge.kind);
  place(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width: finite(width),
    height: finite(height),
    nodeWidth,
    nodes: new Map(names.map((name) => [name, pointOf(graph.node(name))])),
    edges: new Map(
      drawn.map((edge) => [
        edgeKey(edge),
        docked(
          (graph.edge(edge.from, edge.to, edge.kind).points ?? []).map(pointOf),
          pointOf(graph.node(edge.from)),
          pointOf(graph.node(edge.to)),
          nodeWidth,
        ),
      ]),
    ),
  };
}

/** As wide as the longest name wants, and a mark beside it, within bounds. */
function widthFor(names: readonly string[]): number {
  const letters = Math.max(0, ...names.map(({ length }) => length)) + 2;
  return Math.min(nodeWidthMax, Math.max(nodeWidthMin, Math.ceil(besideName + letters * letterWidth)));
}

/** How many letters fit into a box. */
export function lettersIn(nodeWidth: number): number {
  return Math.floor((nodeWidth - besideName) / letterWidth);
}

/** The way of an edge, from the middle of a box's right side to the middle of another's left; one that goes back stays as it is. */
function docked(points: readonly Point[], from: Point, to: Point, nodeWidth: number): readonly Point[] {
  const start = { x: from.x + nodeWidth / 2, y: from.y };
  const end = { x: to.x - nodeWidth / 2, y: to.y };
  if (end.x <= start.x) return points;
  const between = points.slice(1, -1).filter(({ x }) => x > start.x && x < end.x);
  // Between neighbours there is nothing to lead around. Elsewhere a bend has the whole gap between columns to itself.
  if (between.length <= 1) return [start, end];
  const [first, last] = [between[0]!, between.at(-1)!];
  return [
    start,
    { x: Math.max(first.x, start.x + gap), y: first.y },
    ...between.slice(1, -1),
    { x: Math.min(last.x, end.x - gap), y: last.y },
    end,
  ];
}

function pointOf({ x, y }: { x?: number; y?: number }): Point {
  return { x: x ?? 0, y: y ?? 0 };
}

/** Without a node, dagre gives −∞. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

/** A path through points, as a curve that leaves and arrives level. */
export function curvePath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${round(first.x)},${round(first.y)}`;
  let from = first;
  for (const to of rest) {
    const middle = (from.x + to.x) / 2;
    path += `C${round(middle)},${round(from.y)} ${round(middle)},${round(to.y)} ${round(to.x)},${round(to.y)}`;
    from = to;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
