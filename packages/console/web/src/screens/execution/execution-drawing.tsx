import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ExecutionEdge, ExecutionNode, ExecutionView } from '../../api/console-api.ts';
import { serviceHues } from '../../design/service-hues.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatRate, formatShare } from '../../format/number.ts';
import { boxWidth, fitted, shortened } from '../../graph/box-width.ts';
import { type DrawnNode, type DrawnWay, GraphDrawing } from '../../graph/graph-drawing.tsx';
import { type GraphLayout, type GraphMeasures, layOut, type Point } from '../../graph/graph-layout.ts';
import { HealthShape, toneOf } from '../../parts/health-mark.tsx';
import {
  doneBy,
  edgeKey,
  endsOf,
  haveOrder,
  nodeKey,
  placeText,
  shapeOf,
  shortName,
  verbOf,
} from './execution-shape.ts';

interface ExecutionDrawingProps {
  readonly view: ExecutionView;
  readonly chosen: string | undefined;
  readonly onChoose: (key: string) => void;
}

/** What the line of figures takes, and what a letter of the line that says whose it is does, in pixels. */
const widthMin = 180;
const besidePlace = 24;
const placeLetterWidth = 6;

function measuresFor({ nodes }: ExecutionView): GraphMeasures {
  const width = boxWidth(
    nodes.map(({ name }) => shortName(name)),
    { min: widthMin, max: 240 },
  );
  return { width, height: 66, gap: 60, ordered: true };
}

/** Operations from left to right as they lead to one another, from top to bottom as they come one after another; with their data. */
export function ExecutionDrawing({ view, chosen, onChoose }: ExecutionDrawingProps): JSX.Element {
  const shape = shapeOf(view);
  const layout = useMemo(() => layOut(shape, measuresFor(view)), [JSON.stringify(shape)]);
  const { width } = layout.measures;
  const nodes = useMemo(() => drawnNodes(view, width), [view, width]);
  const ways = useMemo(() => drawnWays(view), [view]);
  return (
    <GraphDrawing
      label={`Execution graph: ${view.nodes.length} operations and data, ${view.edges.length} ways between them`}
      layout={layout}
      nodes={nodes}
      ways={ways}
      chosen={chosen}
      middle={middleOf(view, layout, chosen)}
      onChoose={onChoose}
    />
  );
}

/** What is looked at where not all fits: what is chosen, else the first that is unwell, else where it begins. */
function middleOf({ nodes }: ExecutionView, layout: GraphLayout, chosen: string | undefined): Point {
  const worst =
    nodes.find(({ health }) => health === 'failing') ?? nodes.find(({ health }) => health === 'degraded');
  const key = chosen ?? (worst && nodeKey(worst)) ?? '';
  return layout.nodes.get(key) ?? { x: 0, y: layout.height / 2 };
}

function drawnNodes({ nodes }: ExecutionView, width: number): readonly DrawnNode[] {
  const hues = serviceHues(nodes.flatMap(({ service }) => service ?? []));
  return nodes.map((node) => {
    const { name, service, health, red } = node;
    const tone = toneOf(health);
    const round = isShared(node) || node.peer !== undefined;
    const figures = [
      formatRate(red.rate),
      formatDuration(red.p95),
      ...(red.errorShare > 0.001 ? [formatShare(red.errorShare)] : []),
    ].join(' · ');
    const left = round ? 18 : 14;
    const whose = shortened(whoseOf(node), Math.floor((width - besidePlace - left) / placeLetterWidth));
    const shown = fitted(shortName(name), width, round);
    const classes = [
      ...(round ? ['graph-node-sunken'] : []),
      ...(node.peer !== undefined ? ['graph-node-dashed'] : []),
      ...(tone === undefined ? [] : [`graph-node-${tone}`]),
    ];
    return {
      key: nodeKey(node),
      spoken: `${shown} ${figures} ${whose}, ${kindOf(node)}, ${health}`,
      class: classes.join(' '),
      title: `${service === undefined ? '' : `${service}: `}${name}`,
      round,
      content: (
        <>
          {service !== undefined && (
            <path
              class="execution-stripe"
              d={round ? `M9 23v20` : `M0 12v42`}
              style={{ stroke: `var(--hue-${hues.get(service) ?? 0})` }}
            />
          )}
          <g transform={`translate(${left} 13)`}>
            <HealthShape health={health} />
          </g>
          <text class="graph-name" x={left + 19} y={23}>
            {shown}
          </text>{' '}
          <text class="graph-facts" x={left + 19} y={54}>
            {figures}
          </text>{' '}
          <text class="graph-facts" x={left + 19} y={38}>
            {whose}
          </text>
        </>
      ),
    };
  });
}

/** Whose a node is, or what it is where it is nobody's. */
function whoseOf(node: ExecutionNode): string {
  if (node.peer !== undefined) return `to ${node.peer}`;
  return node.service ?? kindOf(node);
}

export function kindOf({ kind, peer }: ExecutionNode): string {
  if (kind === 'data') return 'table';
  if (kind === 'topic') return 'topic';
  return peer === undefined ? 'operation' : 'call';
}

function isShared({ kind }: ExecutionNode): boolean {
  return kind === 'data' || kind === 'topic';
}

function drawnWays(view: ExecutionView): readonly DrawnWay[] {
  const { nodes, edges } = view;
  const top = Math.max(1, ...edges.map(({ red }) => red.rate));
  const ordered = nodes.map((_, index) => haveOrder(doneBy(view, index)));
  return edges.map((edge) => {
    const [from, to] = endsOf(edge);
    const text = edge.kind === 'receives' ? '' : placeText(edge, ordered[edge.from]!);
    return {
      key: edgeKey(edge, nodes),
      from: nodeKey(nodes[from]!),
      to: nodeKey(nodes[to]!),
      title: titleOf(edge, nodes),
      tone: toneOf(edge.health),
      width: 1 + 2 * Math.sqrt(edge.red.rate / top),
      dashed: edge.kind === 'message' || edge.kind === 'sends' || edge.kind === 'receives',
      head: edge.kind === 'reads' ? 'from' : 'to',
      ...(text !== '' && { content: <PlaceMark text={text} /> }),
    };
  });
}

function titleOf(edge: ExecutionEdge, nodes: readonly ExecutionNode[]): string {
  const { red } = edge;
  const figures = `${formatRate(red.rate)}, p95 ${formatDuration(red.p95)}, ${formatShare(red.errorShare)} failing`;
  return `${nodes[edge.from]!.name} ${verbOf(edge)} ${nodes[edge.to]!.name}: ${figures}`;
}

/** Where a call stands among those of its caller. */
function PlaceMark({ text }: { readonly text: string }): JSX.Element {
  const width = 9 + 5.6 * text.length;
  return (
    <g class="execution-place" transform={`translate(${-width / 2} -8)`}>
      <rect width={width} height="16" rx="8" />
      <text x={width / 2} y="11.5">
        {text}
      </text>
    </g>
  );
}
