import { Graph, layout as place } from '@dagrejs/dagre';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line from a node to another. */
export interface GraphWay {
  /** What tells it from the others. */
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

/** What a layout depends on: while it stays the same, nothing moves. */
export interface GraphShape {
  readonly nodes: readonly string[];
  readonly ways: readonly GraphWay[];
}

export interface GraphMeasures {
  /** Of a node's box. */
  readonly width: number;
  readonly height: number;
  /** Between two columns. */
  readonly gap: number;
  /** Whether nodes of a column stand in the order in which they are given; else as few lines as may be cross. */
  readonly ordered?: boolean;
}

/** Where everything of a graph stands. Places are the middles of boxes. */
export interface GraphLayout {
  readonly measures: GraphMeasures;
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, Point>;
  /** The points that a way goes by, by its key. */
  readonly ways: ReadonlyMap<string, readonly Point[]>;
}

/** In columns: whatever leads to others on the left, what it leads to on the right. */
export function layOut({ nodes, ways }: GraphShape, measures: GraphMeasures): GraphLayout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: 'LR',
    nodesep: 16,
    ranksep: measures.gap,
    edgesep: 10,
    marginx: 16,
    marginy: 16,
    ranker: 'network-simplex',
  });
  for (const node of nodes) graph.setNode(node, { width: measures.width, height: measures.height });
  const drawn = ways.filter(({ from, to }) => from !== to && graph.hasNode(from) && graph.hasNode(to));
  for (const { key, from, to } of drawn) graph.setEdge(from, to, { weight: 1 }, key);
  place(graph, { disableOptimalOrderHeuristic: measures.ordered === true });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    measures,
    width: finite(width),
    height: finite(height),
    nodes: new Map(nodes.map((node) => [node, pointOf(graph.node(node))])),
    ways: new Map(
      drawn.map(({ key, from, to }) => [
        key,
        docked(
          (graph.edge(from, to, key).points ?? []).map(pointOf),
          pointOf(graph.node(from)),
          pointOf(graph.node(to)),
          measures,
        ),
      ]),
    ),
  };
}

/** A way from the middle of a box's right side to the middle of another's left; one that goes back stays as it is. */
function docked(
  points: readonly Point[],
  from: Point,
  to: Point,
  { width, gap }: GraphMeasures,
): readonly Point[] {
  const start = { x: from.x + width / 2, y: from.y };
  const end = { x: to.x - width / 2, y: to.y };
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

/** Where a mark on a way stands: nearer to its end, where ways that cross or join are apart. */
export function markPoint(points: readonly Point[]): Point {
  const [from, to] = [points.at(-2)!, points.at(-1)!];
  // On the last curve of the path, at this share of its parameter.
  const t = 0.62;
  const along = 1.5 * t * (1 - t) + t ** 3;
  const across = 3 * t ** 2 - 2 * t ** 3;
  return { x: from.x + (to.x - from.x) * along, y: from.y + (to.y - from.y) * across };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
