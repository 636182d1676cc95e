import type { ComponentChildren, JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { Button } from '../parts/button.tsx';
import { curvePath, type GraphLayout, type GraphWay, markPoint, type Point } from './graph-layout.ts';
import './graph.css';
import { touchedBy } from './touched-by.ts';
import { fittingMax, usePanZoom } from './use-pan-zoom.ts';
import { walkingKeys, walkTo } from './walk-graph.ts';

/** A box, as it is drawn. */
export interface DrawnNode {
  readonly key: string;
  /** What it says, for those who cannot see it. */
  readonly spoken: string;
  readonly class: string;
  /** In full, where the box shows it cut. */
  readonly title?: string | undefined;
  readonly round: boolean;
  /** Laid from the upper left corner of the box. */
  readonly content: ComponentChildren;
}

/** A line, as it is drawn. */
export interface DrawnWay extends GraphWay {
  readonly title: string;
  readonly tone: 'alarm' | 'warn' | undefined;
  readonly width: number;
  readonly dashed: boolean;
  /** At which end its arrow is. Default `to`. */
  readonly head?: 'from' | 'to';
  /** Laid around a point on it. */
  readonly content?: ComponentChildren;
}

interface GraphDrawingProps {
  readonly label: string;
  readonly layout: GraphLayout;
  readonly nodes: readonly DrawnNode[];
  readonly ways: readonly DrawnWay[];
  readonly chosen: string | undefined;
  /** What is looked at where not all fits. */
  readonly middle: Point;
  readonly onChoose: (key: string) => void;
  /** Whether it is as high as what it shows, within bounds; else it fills its place. */
  readonly grows?: boolean;
}

/**
 * Boxes and the lines between them. Whatever is pointed at shows what it touches. Tab leads to one box, the arrow keys along the
 * lines from there, Enter chooses.
 */
export function GraphDrawing(props: GraphDrawingProps): JSX.Element {
  const { layout, nodes, ways, chosen, onChoose, grows = false } = props;
  const [pointed, setPointed] = useState<string | undefined>();
  const [walked, setWalked] = useState<string | undefined>();
  const frame = useRef<HTMLDivElement>(null);
  const view = usePanZoom(frame, { width: layout.width, height: layout.height, middle: props.middle });
  const focus = pointed ?? chosen;
  const touched = useMemo(() => (focus === undefined ? undefined : touchedBy(focus, ways)), [focus, ways]);
  const known = (key: string | undefined) => (key !== undefined && layout.nodes.has(key) ? key : undefined);
  const tabbed = known(walked) ?? known(chosen) ?? nodes[0]?.key;
  const walk = (event: KeyboardEvent, from: string): void => {
    const direction = walkingKeys[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    const next = walkTo(layout, ways, from, direction);
    const index = nodes.findIndex(({ key }) => key === next);
    frame.current!.querySelectorAll<SVGElement>('.graph-node')[index]?.focus();
  };
  // Dragging and zooming move what is drawn as it is: a map of hundreds of services would not keep up otherwise.
  const drawn = useMemo(
    () => (
      <>
        {ways.map((way) => (
          <Way
            key={way.key}
            way={way}
            points={layout.ways.get(way.key)}
            touched={touched?.ways.has(way.key) ?? false}
          />
        ))}
        {ways.map((way) => (
          <WayMark
            key={way.key}
            way={way}
            points={layout.ways.get(way.key)}
            touched={touched?.ways.has(way.key) ?? false}
          />
        ))}
        {nodes.map((node) => (
          <Node
            key={node.key}
            node={node}
            layout={layout}
            chosen={node.key === chosen}
            faded={touched !== undefined && !touched.nodes.has(node.key)}
            tabbed={node.key === tabbed}
            onChoose={() => onChoose(node.key)}
            onPoint={(on) => setPointed(on ? node.key : undefined)}
            onFocus={(byKeyboard) => {
              setWalked(node.key);
              if (byKeyboard) view.reveal(layout.nodes.get(node.key)!);
            }}
            onWalk={walk}
          />
        ))}
      </>
    ),
    [layout, nodes, ways, chosen, touched, tabbed, onChoose],
  );

  return (
    <div
      class={`graph-drawing ${focus === undefined ? '' : 'graph-focused'} ${grows ? 'graph-grows' : ''}`}
      style={
        grows
          ? {
              aspectRatio: `${layout.width} / ${layout.height}`,
              maxHeight: `min(680px, ${Math.ceil(layout.height * fittingMax)}px)`,
            }
          : undefined
      }
      ref={frame}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a drawing. */}
      <svg role="group" aria-label={props.label}>
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
              orient="auto-start-reverse"
            >
              <path d="M0.5 0.8 7 4 0.5 7.2Z" />
            </marker>
          ))}
        </defs>
        <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>{drawn}</g>
      </svg>
      <div class="graph-tools">
        <Button icon="plus" label="Zoom in" onClick={() => view.zoom(1.3)} />
        <Button icon="minus" label="Zoom out" onClick={() => view.zoom(1 / 1.3)} />
        <Button icon="fit" label="Fit" onClick={view.fit} />
      </div>
    </div>
  );
}

interface WayProps {
  readonly way: DrawnWay;
  readonly points: readonly Point[] | undefined;
  readonly touched: boolean;
}

function Way({ way, points, touched }: WayProps): JSX.Element | null {
  if (points === undefined) return null;
  const tone = way.tone ?? (touched ? 'focus' : 'quiet');
  const path = curvePath(points);
  const arrow = `url(#arrow-${tone})`;
  return (
    <g class={`graph-way graph-way-${tone} ${touched ? 'touched' : ''}`}>
      <title>{way.title}</title>
      <path
        class="graph-way-line"
        d={path}
        stroke-width={way.width}
        stroke-dasharray={way.dashed ? '5 4' : undefined}
        marker-start={way.head === 'from' ? arrow : undefined}
        marker-end={way.head === 'from' ? undefined : arrow}
      />
      <path class="graph-way-reach" d={path} />
    </g>
  );
}

/** What stands on a way; drawn after all ways, so that none crosses it out. */
function WayMark({ way, points, touched }: WayProps): JSX.Element | null {
  if (points === undefined || way.content === undefined) return null;
  const { x, y } = markPoint(points);
  return (
    <g class={`graph-way graph-mark ${touched ? 'touched' : ''}`} transform={`translate(${x} ${y})`}>
      {way.content}
    </g>
  );
}

interface NodeProps {
  readonly node: DrawnNode;
  readonly layout: GraphLayout;
  readonly chosen: boolean;
  readonly faded: boolean;
  readonly tabbed: boolean;
  readonly onChoose: () => void;
  readonly onPoint: (on: boolean) => void;
  readonly onFocus: (byKeyboard: boolean) => void;
  readonly onWalk: (event: KeyboardEvent, from: string) => void;
}

function Node(props: NodeProps): JSX.Element | null {
  const { node, chosen, faded, onChoose, onPoint } = props;
  const { width, height } = props.layout.measures;
  const at = props.layout.nodes.get(node.key);
  if (at === undefined) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in an SVG.
    <g
      class={`graph-node ${node.class} ${chosen ? 'chosen' : ''} ${faded ? 'faded' : ''}`}
      transform={`translate(${at.x - width / 2} ${at.y - height / 2})`}
      role="button"
      // Attributes of SVG know no capitals.
      tabindex={props.tabbed ? 0 : -1}
      aria-label={node.spoken}
      aria-pressed={chosen}
      onClick={onChoose}
      onKeyDown={(event) => {
        props.onWalk(event, node.key);
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onChoose();
      }}
      onPointerEnter={() => onPoint(true)}
      onPointerLeave={() => onPoint(false)}
      onFocus={({ currentTarget }) => {
        onPoint(true);
        props.onFocus(currentTarget.matches(':focus-visible'));
      }}
      onBlur={() => onPoint(false)}
    >
      {node.title !== undefined && <title>{node.title}</title>}
      <rect width={width} height={height} rx={node.round ? height / 2 : 8} />
      {node.content}
    </g>
  );
}
