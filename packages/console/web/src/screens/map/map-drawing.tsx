import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { MapEdge, MapNode, ServiceMap } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatRate, formatShare } from '../../format/number.ts';
import { Button } from '../../parts/button.tsx';
import { HealthShape, toneOf } from '../../parts/health-mark.tsx';
import { hrefTo, navigate } from '../../routing/location.ts';
import {
  curvePath,
  edgeKey,
  layOut,
  lettersIn,
  type MapLayout,
  nodeHeight,
  type Point,
  shapeOf,
} from './map-layout.ts';
import './map-drawing.css';
import { touchedBy } from './touched-by.ts';
import { usePanZoom } from './use-pan-zoom.ts';

interface MapDrawingProps {
  readonly map: ServiceMap;
  /** The service that is looked at. */
  readonly chosen?: string | undefined;
  /** What a click on a service does; default: goes to its page. */
  readonly onChoose?: (name: string) => void;
  /** Whether it is as high as what it shows, within bounds; else it fills its place. */
  readonly grows?: boolean;
}

/** The services and who calls whom. Grey, but for what is unwell; whoever is pointed at shows what it touches. */
export function MapDrawing({ map, chosen, onChoose, grows = false }: MapDrawingProps): JSX.Element {
  const shape = shapeOf(map);
  // The layout depends on the shape alone.
  const layout = useMemo(() => layOut(map), [shape]);
  const [pointed, setPointed] = useState<string | undefined>();
  const frame = useRef<HTMLDivElement>(null);
  const middle = middleOf(map, layout, chosen);
  const view = usePanZoom(frame, { ...layout, middle });
  const focus = pointed ?? chosen;
  const touched = useMemo(
    () => (focus === undefined ? undefined : touchedBy(focus, map.edges)),
    [focus, map.edges],
  );
  const top = Math.max(1, ...map.edges.map(({ red }) => red.rate));
  const choose = onChoose ?? ((name: string) => navigate(hrefTo(`/services/${encodeURIComponent(name)}`)));

  return (
    <div
      class={`map-drawing ${focus === undefined ? '' : 'map-focused'} ${grows ? 'map-grows' : ''}`}
      style={grows ? { aspectRatio: `${layout.width} / ${layout.height}` } : undefined}
      ref={frame}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a drawing. */}
      <svg
        role="group"
        aria-label={`Service map: ${map.nodes.length} services, ${map.edges.length} connections`}
      >
        <defs>
          {(['quiet', 'warn', 'alarm', 'focus'] as const).map((tone) => (
            <marker
              key={tone}
              id={`arrow-${tone}`}
              class={`arrow-${tone}`}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="8"
              markerHeight="8"
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M0.5 0.8 7 4 0.5 7.2Z" />
            </marker>
          ))}
        </defs>
        <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
          {map.edges.map((edge) => (
            <Edge
              key={edgeKey(edge)}
              edge={edge}
              layout={layout}
              top={top}
              touched={touched?.edges.has(edgeKey(edge)) ?? false}
            />
          ))}
          {map.nodes.map((node) => (
            <Node
              key={node.name}
              node={node}
              at={layout.nodes.get(node.name)}
              width={layout.nodeWidth}
              chosen={node.name === chosen}
              faded={touched !== undefined && !touched.nodes.has(node.name)}
              onChoose={() => choose(node.name)}
              onPoint={(on) => setPointed(on ? node.name : undefined)}
            />
          ))}
        </g>
      </svg>
      <div class="map-tools">
        <Button icon="plus" label="Closer" onClick={() => view.zoom(1.3)} />
        <Button icon="minus" label="Farther" onClick={() => view.zoom(1 / 1.3)} />
        <Button icon="fit" label="All of it" onClick={view.fit} />
      </div>
    </div>
  );
}

/** What is looked at where not all fits: the chosen service, else the first that is unwell, else where calls come in. */
function middleOf({ nodes }: ServiceMap, layout: MapLayout, chosen: string | undefined): Point {
  const worst =
    nodes.find(({ health }) => health === 'failing') ?? nodes.find(({ health }) => health === 'degraded');
  return layout.nodes.get(chosen ?? worst?.name ?? '') ?? { x: 0, y: layout.height / 2 };
}

interface EdgeProps {
  readonly edge: MapEdge;
  readonly layout: MapLayout;
  readonly top: number;
  readonly touched: boolean;
}

function Edge({ edge, layout, top, touched }: EdgeProps): JSX.Element | null {
  const points = layout.edges.get(edgeKey(edge));
  if (points === undefined) return null;
  const tone = toneOf(edge.health) ?? (touched ? 'focus' : 'quiet');
  const width = 1 + 2 * Math.sqrt(edge.red.rate / top);
  const path = curvePath(points);
  return (
    <g class={`map-edge map-edge-${tone} ${touched ? 'touched' : ''}`}>
      <title>
        {edge.from} → {edge.to}: {formatRate(edge.red.rate)}, p95 {formatDuration(edge.red.p95)},{' '}
        {formatShare(edge.red.errorShare)} failing
      </title>
      <path
        class="map-edge-line"
        d={path}
        stroke-width={width}
        stroke-dasharray={edge.kind === 'message' ? '5 4' : undefined}
        marker-end={`url(#arrow-${tone})`}
      />
      <path class="map-edge-reach" d={path} />
    </g>
  );
}

interface NodeProps {
  readonly node: MapNode;
  readonly at: { readonly x: number; readonly y: number } | undefined;
  readonly width: number;
  readonly chosen: boolean;
  readonly faded: boolean;
  readonly onChoose: () => void;
  readonly onPoint: (on: boolean) => void;
}

function Node({ node, at, width, chosen, faded, onChoose, onPoint }: NodeProps): JSX.Element | null {
  if (at === undefined) return null;
  const { name, health, red } = node;
  const tone = toneOf(health);
  const isSingle = node.singlePointOfFailure && node.kind === 'service';
  // What does not fit is in its title.
  const letters = lettersIn(width) - (isSingle ? 2 : 0);
  const shown = name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
  const facts =
    red.count === 0
      ? 'no requests'
      : `${formatRate(red.rate)} · ${formatDuration(red.p95)}${red.errorShare > 0.001 ? ` · ${formatShare(red.errorShare)}` : ''}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in an SVG.
    <g
      class={`map-node map-node-${node.kind} ${tone === undefined ? '' : `map-node-${tone}`} ${chosen ? 'chosen' : ''} ${faded ? 'faded' : ''}`}
      transform={`translate(${at.x - width / 2} ${at.y - nodeHeight / 2})`}
      role="button"
      tabIndex={0}
      aria-label={`${shown} ${facts}${isSingle ? ' 1, single point of failure' : ''}, ${health}`}
      aria-pressed={chosen}
      onClick={onChoose}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          onChoose();
        }
      }}
      onPointerEnter={() => onPoint(true)}
      onPointerLeave={() => onPoint(false)}
      onFocus={() => onPoint(true)}
      onBlur={() => onPoint(false)}
    >
      {shown !== name && <title>{name}</title>}
      <rect width={width} height={nodeHeight} rx={node.kind === 'service' ? 8 : 25} />
      <g transform={`translate(${node.kind === 'service' ? 12 : 16} 13)`}>
        <HealthShape health={health} />
      </g>
      <text class="map-name" x={node.kind === 'service' ? 31 : 35} y={23}>
        {shown}
      </text>{' '}
      <text class="map-facts" x={node.kind === 'service' ? 31 : 35} y={38}>
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
    </g>
  );
}
