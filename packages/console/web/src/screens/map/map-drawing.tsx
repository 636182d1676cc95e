import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { MapEdge, MapNode, ServiceMap } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatRate, formatShare } from '../../format/number.ts';
import { boxWidth, fitted } from '../../graph/box-width.ts';
import { type DrawnNode, type DrawnWay, GraphDrawing } from '../../graph/graph-drawing.tsx';
import { type GraphLayout, type GraphMeasures, layOut, type Point } from '../../graph/graph-layout.ts';
import { HealthShape, toneOf } from '../../parts/health-mark.tsx';
import { hrefTo, navigate } from '../../routing/location.ts';
import { countsOf } from './map-counts.ts';
import { edgeKey, shapeOf } from './map-shape.ts';

interface MapDrawingProps {
  readonly map: ServiceMap;
  /** The service that is looked at. */
  readonly chosen?: string | undefined;
  /** What a click on a service does; default: goes to its page. */
  readonly onChoose?: (name: string) => void;
  /** Whether it is as high as what it shows, within bounds; else it fills its place. */
  readonly grows?: boolean;
}

/** Boxes are as wide as the longest name, within bounds. */
function measuresFor(names: readonly string[]): GraphMeasures {
  return { width: boxWidth(names, { min: 168, max: 240 }), height: 50, gap: 40 };
}

/** The services and who calls whom. Grey, but for what is unwell. */
export function MapDrawing({ map, chosen, onChoose, grows = false }: MapDrawingProps): JSX.Element {
  const shape = shapeOf(map);
  const layout = useMemo(() => layOut(shape, measuresFor(shape.nodes)), [JSON.stringify(shape)]);
  const { width } = layout.measures;
  const nodes = useMemo(() => map.nodes.map((node) => drawnNode(node, width)), [map, width]);
  const ways = useMemo(() => drawnWays(map.edges), [map]);
  return (
    <GraphDrawing
      label={`Service map: ${countsOf(map)}`}
      layout={layout}
      nodes={nodes}
      ways={ways}
      chosen={chosen}
      middle={middleOf(map, layout, chosen)}
      onChoose={onChoose ?? ((name) => navigate(hrefTo(`/services/${encodeURIComponent(name)}`)))}
      grows={grows}
    />
  );
}

/** What is looked at where not all fits: the chosen service, else the first that is unwell, else where calls come in. */
function middleOf({ nodes }: ServiceMap, layout: GraphLayout, chosen: string | undefined): Point {
  const worst =
    nodes.find(({ health }) => health === 'failing') ?? nodes.find(({ health }) => health === 'degraded');
  return layout.nodes.get(chosen ?? worst?.name ?? '') ?? { x: 0, y: layout.height / 2 };
}

function drawnWays(edges: readonly MapEdge[]): readonly DrawnWay[] {
  const top = Math.max(1, ...edges.map(({ red }) => red.rate));
  return edges.map((edge) => {
    const { from, to, kind, red, health } = edge;
    return {
      key: edgeKey(edge),
      from,
      to,
      title: `${from} → ${to}: ${formatRate(red.rate)}, p95 ${formatDuration(red.p95)}, ${formatShare(red.errorShare)} failing`,
      tone: toneOf(health),
      width: 1 + 2 * Math.sqrt(red.rate / top),
      dashed: kind === 'message',
    };
  });
}

function drawnNode(node: MapNode, width: number): DrawnNode {
  const { name, kind, health, red } = node;
  const tone = toneOf(health);
  const isService = kind === 'service';
  const isSingle = node.singlePointOfFailure && isService;
  const shown = fitted(name, width, isSingle);
  const facts =
    red.count === 0
      ? 'no requests'
      : `${formatRate(red.rate)} · ${formatDuration(red.p95)}${red.errorShare > 0.001 ? ` · ${formatShare(red.errorShare)}` : ''}`;
  const classes = [
    ...(isService ? [] : ['graph-node-sunken']),
    ...(kind === 'external' ? ['graph-node-dashed'] : []),
    ...(tone === undefined ? [] : [`graph-node-${tone}`]),
  ];
  return {
    key: name,
    spoken: `${shown} ${facts}${isSingle ? ' 1, single point of failure' : ''}, ${health}`,
    class: classes.join(' '),
    title: shown === name ? undefined : name,
    round: !isService,
    content: (
      <>
        <g transform={`translate(${isService ? 12 : 16} 13)`}>
          <HealthShape health={health} />
        </g>
        <text class="graph-name" x={isService ? 31 : 35} y={23}>
          {shown}
        </text>{' '}
        <text class="graph-facts" x={isService ? 31 : 35} y={38}>
          {facts}
        </text>{' '}
        {isSingle && (
          <g class="map-single" transform={`translate(${width - 17} 10)`}>
            <title>Single point of failure</title>
            <circle cx="4" cy="4" r="6" />
            <text x="4" y="7.5">
              1
            </text>
          </g>
        )}
      </>
    ),
  };
}
