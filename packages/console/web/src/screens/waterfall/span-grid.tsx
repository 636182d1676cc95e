import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { colourOf } from '../../design/colour.ts';
import { fontFamily } from '../../design/font-family.ts';
import { formatDuration } from '../../format/duration.ts';
import { useFonts } from '../../parts/use-fonts.ts';
import { useSize } from '../../parts/use-size.ts';
import type { CriticalRows } from './critical-rows.ts';
import { paintTimeline } from './paint-timeline.ts';
import type { SiblingGroup } from './sibling-groups.ts';
import { rowId, SpanRow, type WaterfallMode } from './span-row.tsx';
import type { SpanTree } from './span-tree.ts';
import { TimeAxis } from './time-axis.tsx';
import { between, moved, type TimeWindow, zoomed } from './time-window.ts';
import type { VisibleRows } from './visible-rows.ts';
import './span-grid.css';

interface SpanGridProps {
  readonly tree: SpanTree;
  readonly visible: VisibleRows;
  readonly critical: CriticalRows;
  /** Milliseconds of each span on the critical path. */
  readonly criticalTimes: Float64Array;
  /** Tokens of the services' colours. */
  readonly hues: readonly string[];
  readonly window: TimeWindow;
  readonly whole: TimeWindow;
  readonly matches: Uint8Array | undefined;
  readonly folded: ReadonlySet<number>;
  /** Repeated calls by their first: all, and those of which one row stands for all. */
  readonly groups: ReadonlyMap<number, SiblingGroup>;
  readonly summed: ReadonlyMap<number, SiblingGroup>;
  /** -1 for none. */
  readonly selected: number;
  readonly mode: WaterfallMode;
  /** Told which rows are in view: the first, and the one after the last. */
  readonly inView: Signal<{ readonly first: number; readonly last: number }>;
  readonly onSelect: (span: number) => void;
  readonly onFold: (span: number) => void;
  /** Sums a group up, or opens it. */
  readonly onSum: (head: number) => void;
  readonly onWindow: (window: TimeWindow) => void;
}

/** Below this many pixels a span's name stands over its bar rather than beside it. */
const narrow = 620;

const beside = { rowHeight: 24, barTop: 5, barHeight: 10 };
const below = { rowHeight: 40, barTop: 24, barHeight: 8 };

/** The rows of a trace, of which those in view are in the document, and the timeline painted over them. */
export function SpanGrid(props: SpanGridProps): JSX.Element {
  const { tree, visible, window, whole, selected, mode, matches, inView, onWindow } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const cursor = useRef<HTMLDivElement>(null);
  const brush = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [names, setNames] = useState(readNameShare);
  const { width, height } = useSize(scroller);
  useFonts();
  const stacked = width < narrow && mode === 'timeline';
  const { rowHeight, barTop, barHeight } = stacked ? below : beside;
  const namesWidth = stacked ? 0 : Math.round(Math.min(Math.max(width * names, 140), width - 120));
  const margin = 12;
  const timeline = Math.max(width - namesWidth - 2 * margin, 1);
  const first = Math.max(Math.floor(scrollTop / rowHeight), 0);
  const last = Math.min(Math.ceil((scrollTop + height) / rowHeight), visible.spans.length);
  const indent = Math.min(
    Math.max(Math.floor((stacked ? 120 : namesWidth * 0.4) / Math.max(tree.deepest, 1)), 2),
    14,
  );

  useEffect(() => {
    if (height > 0) inView.value = { first, last };
  }, [first, last, height, inView]);

  // The picture follows whatever this component was rendered for; most of that changes it.
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context == null || height === 0) return;
    const ratio = devicePixelRatio;
    const [wide, high] = [Math.round(timeline * ratio), Math.round(height * ratio)];
    if (context.canvas.width !== wide || context.canvas.height !== high) {
      context.canvas.width = wide;
      context.canvas.height = high;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintTimeline(
      context,
      {
        ...{ tree, visible, window, matches, height, scrollTop, rowHeight, barTop, barHeight },
        critical: props.critical,
        summed: props.summed,
        width: timeline,
        joined: !stacked,
        labelOf: (span) => formatDuration(props.summed.get(span)?.total ?? tree.durations[span]!),
      },
      {
        services: props.hues.map(colourOf),
        grid: colourOf('--line'),
        text: colourOf('--ink-3'),
        ink: colourOf('--ink'),
        path: colourOf('--ink'),
        error: colourOf('--alarm-mark'),
        font: `11px ${fontFamily()}`,
      },
    );
    if (performance.getEntriesByName(firstPaint).length === 0) performance.mark(firstPaint);
  });

  // What is chosen is in view, wherever it was chosen.
  useLayoutEffect(() => {
    const element = scroller.current;
    const row = selected < 0 ? -1 : visible.rows[selected]!;
    if (element === null || row < 0 || height === 0) return;
    const top = row * rowHeight;
    if (top < element.scrollTop || top + rowHeight > element.scrollTop + height) {
      element.scrollTop = top - height / 3;
      setScrollTop(element.scrollTop);
    }
  }, [selected, visible, rowHeight, height]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null || mode !== 'timeline') return;
    const wheel = (event: WheelEvent): void => {
      const perPixel = (window.to - window.from) / timeline;
      if (event.ctrlKey || event.metaKey || event.altKey) {
        const left = element.getBoundingClientRect().left + namesWidth + margin;
        const anchor = window.from + (event.clientX - left) * perPixel;
        onWindow(zoomed(window, anchor, Math.exp(-event.deltaY / 240), whole));
      } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        onWindow(moved(window, event.deltaX * perPixel, whole));
      } else {
        return;
      }
      event.preventDefault();
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [window, whole, timeline, namesWidth, mode, onWindow]);

  /** Where in the timeline a pointer is, in pixels; undefined beside it. */
  const placeOf = (event: PointerEvent): number | undefined => {
    const x = event.clientX - scroller.current!.getBoundingClientRect().left - namesWidth - margin;
    return mode === 'timeline' && x >= -margin && x <= timeline + margin
      ? Math.min(Math.max(x, 0), timeline)
      : undefined;
  };
  const timeAt = (place: number): number => window.from + (place / timeline) * (window.to - window.from);

  const showCursor = (event: PointerEvent): void => {
    const place = event.pointerType === 'mouse' ? placeOf(event) : undefined;
    const line = cursor.current!;
    line.hidden = place === undefined;
    if (place === undefined) return;
    line.style.left = `${namesWidth + margin + place}px`;
    line.dataset['time'] = formatDuration(timeAt(place));
    line.dataset['side'] = place > timeline - 80 ? 'left' : 'right';
  };

  const press = (event: PointerEvent): void => {
    const place = placeOf(event);
    if (event.button !== 0 || event.pointerType !== 'mouse' || place === undefined) return;
    const area = event.currentTarget as HTMLElement;
    const drawn = brush.current!;
    const move = (at: PointerEvent): void => {
      const now = placeOf(at) ?? (at.clientX < event.clientX ? 0 : timeline);
      if (drawn.hidden && Math.abs(now - place) < 5) return;
      if (drawn.hidden) area.setPointerCapture(event.pointerId);
      drawn.hidden = false;
      drawn.style.left = `${namesWidth + margin + Math.min(place, now)}px`;
      drawn.style.width = `${Math.abs(now - place)}px`;
      drawn.dataset['time'] = formatDuration(Math.abs(timeAt(now) - timeAt(place)));
    };
    const end = (at: PointerEvent): void => {
      area.removeEventListener('pointermove', move);
      area.removeEventListener('pointerup', end);
      area.removeEventListener('pointercancel', end);
      if (drawn.hidden) return;
      drawn.hidden = true;
      if (at.type === 'pointerup') {
        const now = placeOf(at) ?? (at.clientX < event.clientX ? 0 : timeline);
        onWindow(between(timeAt(place), timeAt(now), whole));
        // The click that follows belongs to the brush.
        addEventListener('click', (click) => click.stopPropagation(), { capture: true, once: true });
      }
    };
    area.addEventListener('pointermove', move);
    area.addEventListener('pointerup', end);
    area.addEventListener('pointercancel', end);
  };

  const click = (event: MouseEvent): void => {
    const target = event.target as HTMLElement;
    const fold = target.closest<HTMLElement>('[data-fold]');
    const row = target.closest<HTMLElement>('[data-span]');
    const sum = target.closest<HTMLElement>('[data-sum]');
    if (sum !== null) props.onSum(Number(sum.dataset['sum']));
    else if (fold !== null) props.onFold(Number(fold.dataset['fold']));
    else if (row !== null) props.onSelect(Number(row.dataset['span']));
  };

  const rows: JSX.Element[] = [];
  // A place in the document is used for another row as soon as its own is out of view.
  const places = Math.ceil(height / rowHeight) + 1;
  for (let row = first; row < last; row++) {
    const span = visible.spans[row]!;
    rows.push(
      <SpanRow
        key={row % places}
        tree={tree}
        span={span}
        row={row}
        top={row * rowHeight - scrollTop}
        hue={props.hues[tree.view.service[span]!]!}
        critical={props.criticalTimes[span]!}
        folded={props.folded.has(span)}
        group={props.groups.get(span)}
        summed={props.summed.has(span)}
        selected={span === selected}
        dimmed={matches !== undefined && matches[span] === 0}
        mode={mode}
        indent={indent}
      />,
    );
  }
  const selectedRow = selected < 0 ? -1 : visible.rows[selected]!;
  const selectedInView =
    selectedRow >= first && selectedRow < last && visible.spans[selectedRow] === selected;

  return (
    <div
      class={`span-grid span-grid-${mode} ${stacked ? 'span-grid-stacked' : ''}`}
      style={{ '--names': `${namesWidth}px`, '--row': `${rowHeight}px` }}
      onPointerMove={showCursor}
      onPointerLeave={() => {
        cursor.current!.hidden = true;
      }}
    >
      <div class="span-grid-head" aria-hidden="true">
        <span class="span-grid-title">Service and operation</span>
        {mode === 'timeline' ? (
          <TimeAxis window={window} width={timeline} />
        ) : (
          <>
            <span class="span-figure span-figure-start">Start</span>
            <span class="span-figure">Duration</span>
            <span class="span-figure">Self</span>
            <span class="span-figure">On path</span>
            <span class="span-figure span-figure-share">Share</span>
          </>
        )}
      </div>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the screen's keys do what a click does. */}
      <div
        class="span-scroller"
        ref={scroller}
        tabIndex={0}
        role="treegrid"
        aria-label="Spans of the trace"
        aria-rowcount={visible.spans.length}
        aria-activedescendant={selectedInView ? rowId(selected) : undefined}
        onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)}
        onPointerDown={press}
        onClick={click}
        onDblClick={(event) => {
          if (!(event.target as HTMLElement).closest('.span-name')) onWindow(whole);
        }}
      >
        <div
          class="span-sheet"
          role="presentation"
          style={{ height: `${visible.spans.length * rowHeight}px` }}
        >
          <div class="span-view" role="presentation" style={{ height: `${height}px` }}>
            {rows}
            {mode === 'timeline' && (
              // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas has no focus.
              <canvas
                ref={canvas}
                class="span-timeline"
                aria-hidden="true"
                style={{ left: `${namesWidth + margin}px`, width: `${timeline}px`, height: `${height}px` }}
              />
            )}
          </div>
        </div>
      </div>
      <div class="span-cursor" ref={cursor} hidden />
      <div class="span-brush" ref={brush} hidden />
      {!stacked && mode === 'timeline' && <NameEdge at={namesWidth} width={width} onMove={setNames} />}
    </div>
  );
}

/** The mark that says when a trace was first painted, for whoever measures it. */
const firstPaint = 'waterfall-painted';

const nameShareKey = 'waterfall-names';

function readNameShare(): number {
  const kept = Number(localStorage.getItem(nameShareKey));
  return kept > 0.1 && kept < 0.8 ? kept : 0.32;
}

interface NameEdgeProps {
  readonly at: number;
  readonly width: number;
  readonly onMove: (share: number) => void;
}

/** The edge between names and timeline, to be dragged. */
function NameEdge({ at, width, onMove }: NameEdgeProps): JSX.Element {
  const set = (share: number): void => {
    const next = Math.min(Math.max(share, 0.12), 0.7);
    localStorage.setItem(nameShareKey, next.toFixed(3));
    onMove(next);
  };
  return (
    <hr
      class="span-edge"
      style={{ left: `${at}px` }}
      tabIndex={0}
      aria-label="Width of the names"
      aria-orientation="vertical"
      aria-valuenow={Math.round((at / Math.max(width, 1)) * 100)}
      aria-valuemin={12}
      aria-valuemax={70}
      onPointerDown={(event) => {
        const edge = event.currentTarget;
        edge.setPointerCapture(event.pointerId);
        const start = event.clientX - at;
        edge.onpointermove = (move) => set((move.clientX - start) / width);
        edge.onpointerup = () => {
          edge.onpointermove = null;
        };
      }}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowLeft' ? -0.02 : event.key === 'ArrowRight' ? 0.02 : 0;
        if (step === 0) return;
        event.preventDefault();
        event.stopPropagation();
        set(at / width + step);
      }}
    />
  );
}
