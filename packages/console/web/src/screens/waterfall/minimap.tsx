import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { colourOf } from '../../design/colour.ts';
import { useSize } from '../../parts/use-size.ts';
import { minimapPixels } from './minimap-pixels.ts';
import { pixelOf } from './pixel-of.ts';
import type { SpanTree } from './span-tree.ts';
import { between, moved, type TimeWindow } from './time-window.ts';
import './minimap.css';

interface MinimapProps {
  readonly tree: SpanTree;
  /** Tokens of the services' colours. */
  readonly hues: readonly string[];
  readonly whole: TimeWindow;
  readonly window: TimeWindow;
  /** The part of the rows that is in view, as shares of the height. */
  readonly rows: { readonly top: number; readonly bottom: number };
  readonly onWindow: (window: TimeWindow) => void;
}

const height = 48;

/** The whole trace at once, and which part of it is looked at: drag to choose another, drag the part to move it. */
export function Minimap({ tree, hues, whole, window, rows, onWindow }: MinimapProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width } = useSize(box);
  const colours = {
    services: Uint32Array.from(hues, (token) => pixelOf(colourOf(token))),
    critical: pixelOf(colourOf('--ink')),
    error: pixelOf(colourOf('--alarm-mark')),
  };
  const painted = `${[...colours.services]} ${colours.critical}`;

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context == null || width === 0) return;
    const ratio = devicePixelRatio;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    context.canvas.width = wide;
    context.canvas.height = high;
    const pixels = minimapPixels(tree, wide, high, colours);
    context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), wide, high), 0, 0);
  }, [tree, width, painted]);

  const share = (time: number): number => (time - whole.from) / (whole.to - whole.from);
  const percent = (value: number): string => `${Math.min(Math.max(value, 0), 1) * 100}%`;
  const isWhole = window.from <= whole.from && window.to >= whole.to;

  const timeAt = (event: PointerEvent): number => {
    const { left, width: wide } = box.current!.getBoundingClientRect();
    const place = Math.min(Math.max((event.clientX - left) / wide, 0), 1);
    return whole.from + place * (whole.to - whole.from);
  };
  const drag = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const target = event.currentTarget as HTMLElement;
    const start = timeAt(event);
    const holds = !isWhole && start >= window.from && start <= window.to;
    target.setPointerCapture(event.pointerId);
    const move = (at: PointerEvent): void => {
      const now = timeAt(at);
      if (holds) onWindow(moved(window, now - start, whole));
      else if (Math.abs(now - start) > (whole.to - whole.from) / 200) onWindow(between(start, now, whole));
    };
    const end = (): void => {
      target.removeEventListener('pointermove', move);
      target.removeEventListener('pointerup', end);
      target.removeEventListener('pointercancel', end);
    };
    target.addEventListener('pointermove', move);
    target.addEventListener('pointerup', end);
    target.addEventListener('pointercancel', end);
  };

  return (
    <div class="minimap" ref={box} style={{ height: `${height}px` }} onPointerDown={drag} aria-hidden="true">
      <canvas ref={canvas} />
      {!isWhole && (
        <>
          <div class="minimap-shade" style={{ left: 0, width: percent(share(window.from)) }} />
          <div class="minimap-shade" style={{ left: percent(share(window.to)), right: 0 }} />
          <div
            class="minimap-window"
            style={{
              left: percent(share(window.from)),
              width: percent(share(window.to) - share(window.from)),
            }}
          />
        </>
      )}
      <div
        class="minimap-rows"
        style={{ top: percent(rows.top), height: percent(Math.max(rows.bottom - rows.top, 0.04)) }}
      />
    </div>
  );
}
