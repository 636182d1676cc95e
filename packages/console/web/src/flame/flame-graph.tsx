import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { colourOf } from '../design/colour.ts';
import { fontFamily } from '../design/font-family.ts';
import { theme } from '../design/theme.ts';
import { formatShare } from '../format/number.ts';
import { useFonts } from '../parts/use-fonts.ts';
import { useSize } from '../parts/use-size.ts';
import { changeFill, changeOf, groupFill, type HueOf } from './flame-fill.ts';
import { everything, flameLayout, focusOn, neighbour, nodeAt, rowsIn } from './flame-layout.ts';
import { type FlameTree, pathTo, wholeWeight } from './flame-tree.ts';
import { flameRow, narrowestPixels, paintFlame } from './paint-flame.ts';
import './flame.css';

interface FlameGraphProps {
  readonly tree: FlameTree;
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  readonly format: (weight: number) => string;
  readonly hueOf: HueOf;
  readonly matches: Uint8Array | undefined;
  /** The node that fills the width; -1 for all. */
  readonly zoomed: number;
  readonly onZoom: (node: number) => void;
  /** More of a node, in the box that follows the pointer. */
  readonly detailOf?: (node: number) => JSX.Element | null;
}

/**
 * A flame graph, callers on top. A click zooms; with the keyboard, arrows walk and Enter zooms. Whoever shows it shows
 * the same as a table beside it.
 */
export function FlameGraph(props: FlameGraphProps): JSX.Element {
  const { tree, format, hueOf, matches, zoomed, onZoom, label } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(scroller);
  useFonts();
  const [scrollTop, setScrollTop] = useState(0);
  const [pointed, setPointed] = useState(-1);
  const [chosen, setChosen] = useState(-1);
  const layout = useMemo(() => flameLayout(tree), [tree]);
  const whole = useMemo(() => wholeWeight(tree), [tree]);
  const focus = zoomed >= 0 && zoomed < tree.count ? focusOn(layout, zoomed) : everything;
  const rows = rowsIn(layout, focus, narrowestPixels / Math.max(width, 1));
  const compared = tree.baseSelves !== undefined;
  const fillOf = useMemo(
    () => (compared ? changeFill(tree, whole, colourOf) : groupFill(tree, hueOf, colourOf)),
    [tree, whole, compared, hueOf, theme.value],
  );

  useEffect(() => {
    setPointed(-1);
    setChosen(-1);
  }, [tree]);

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context == null || width === 0) return;
    const ratio = devicePixelRatio;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (context.canvas.width !== wide || context.canvas.height !== high) {
      context.canvas.width = wide;
      context.canvas.height = high;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintFlame(
      context,
      {
        ...{ tree, layout, focus, width, height, scrollTop, fillOf, matches, pointed, chosen },
        noteOf: (node) => (compared ? changeText(changeOf(tree, node), format) : format(tree.totals[node]!)),
      },
      {
        text: colourOf('--ink'),
        note: colourOf(compared ? '--ink' : '--ink-2'),
        outline: colourOf('--ink'),
        font: `11.5px ${fontFamily()}`,
      },
    );
  });

  const under = (event: PointerEvent | MouseEvent): number => {
    const { left, top } = scroller.current!.getBoundingClientRect();
    const row = Math.floor((event.clientY - top + scrollTop) / flameRow);
    return nodeAt(layout, row, (event.clientX - left) / width, focus);
  };
  const follow = (event: PointerEvent): void => {
    const node = event.pointerType === 'mouse' ? under(event) : -1;
    setPointed(node);
    const box = tip.current;
    if (box === null || node < 0) return;
    const { left, top } = scroller.current!.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    box.style.left = `${Math.min(x + 14, width - 300)}px`;
    const above = event.clientY > innerHeight - tipRoom;
    box.style.top = above ? '' : `${y + 18}px`;
    box.style.bottom = above ? `${height - y + 10}px` : '';
  };
  const zoom = (node: number): void => onZoom(node === zoomed ? -1 : node);
  const walk = (event: KeyboardEvent): void => {
    const directions = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' } as const;
    const at = chosen >= 0 ? chosen : zoomed >= 0 ? zoomed : (layout.rows[0]?.[0] ?? -1);
    if (at < 0) return;
    if (event.key in directions) {
      const next =
        chosen < 0 ? at : neighbour(tree, layout, at, directions[event.key as keyof typeof directions]);
      setChosen(next);
      const top = tree.depths[next]! * flameRow;
      const element = scroller.current!;
      if (top < element.scrollTop || top + flameRow > element.scrollTop + height)
        element.scrollTop = top - height / 2;
    } else if (event.key === 'Enter') {
      zoom(at);
    } else if (event.key === 'Escape' && zoomed >= 0) {
      onZoom(-1);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const spoken = chosen >= 0 ? chosen : -1;

  return (
    <div class="flame">
      {zoomed >= 0 && zoomed < tree.count && (
        <nav class="flame-path" aria-label="Zoomed to">
          <button type="button" onClick={() => onZoom(-1)}>
            All
          </button>
          {pathTo(tree, zoomed).map((node) => (
            <button type="button" key={node} aria-current={node === zoomed} onClick={() => onZoom(node)}>
              {tree.labels[node]}
            </button>
          ))}
        </nav>
      )}
      <div class="flame-frame">
        {/* biome-ignore lint/a11y/useSemanticElements: a group that is walked, not a set of fields. */}
        <div
          class="flame-scroller"
          ref={scroller}
          role="group"
          aria-label={`${label}. Arrows walk, Enter zooms.`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is walked with the keyboard.
          tabIndex={0}
          onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)}
          onPointerMove={follow}
          onPointerLeave={() => setPointed(-1)}
          onClick={(event) => {
            const node = under(event);
            if (node >= 0) zoom(node);
          }}
          onKeyDown={walk}
        >
          <div style={{ height: `${rows * flameRow}px` }}>
            {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas has no focus. */}
            <canvas
              ref={canvas}
              class={pointed >= 0 ? 'flame-canvas-over' : ''}
              aria-hidden="true"
              style={{ width: `${width}px`, height: `${height}px` }}
            />
          </div>
        </div>
        <div class="flame-tip" ref={tip} hidden={pointed < 0} aria-hidden="true">
          {pointed >= 0 && pointed < tree.count && <FlameTip {...props} node={pointed} whole={whole} />}
        </div>
      </div>
      <p class="spoken" role="status">
        {spoken >= 0 &&
          spoken < tree.count &&
          `${tree.labels[spoken]}, ${format(tree.totals[spoken]!)}, self ${format(tree.selves[spoken]!)}`}
      </p>
    </div>
  );
}

function FlameTip(props: FlameGraphProps & { readonly node: number; readonly whole: number }): JSX.Element {
  const { tree, node, format, whole, detailOf } = props;
  const base = tree.baseTotals?.[node];
  return (
    <>
      <p class="flame-tip-name">{tree.labels[node]}</p>
      <dl>
        <dt>Total</dt>
        <dd class="figure">
          {format(tree.totals[node]!)} <span class="quiet">{formatShare(tree.totals[node]! / whole)}</span>
        </dd>
        <dt>Self</dt>
        <dd class="figure">
          {format(tree.selves[node]!)} <span class="quiet">{formatShare(tree.selves[node]! / whole)}</span>
        </dd>
        {base !== undefined && (
          <>
            <dt>Before</dt>
            <dd class="figure">
              {format(base)}, self {format(tree.baseSelves![node]!)}
            </dd>
            <dt>Self changed</dt>
            <dd class="figure">{changeText(changeOf(tree, node), format) || 'not'}</dd>
          </>
        )}
      </dl>
      {detailOf?.(node)}
    </>
  );
}

/** Pixels that the box which follows the pointer may need below it. */
const tipRoom = 160;

/** A change with its sign: `+12 ms`, `−3 ms`; nothing where it is too small to be told. */
export function changeText(change: number, format: (weight: number) => string): string {
  if (Math.abs(change) < 1e-4) return '';
  return `${change > 0 ? '+' : '−'}${format(Math.abs(change))}`;
}
