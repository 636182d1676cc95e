import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Point } from './graph-layout.ts';

interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

interface PanZoomContent {
  readonly width: number;
  readonly height: number;
  /** What is in the middle where not all of it can be seen. */
  readonly middle: Point;
}

interface PanZoom extends View {
  /** Around the middle of the frame. */
  readonly zoom: (factor: number) => void;
  /** Shows all of the content. */
  readonly fit: () => void;
  /** Brings a point of the content into sight, if it is not. */
  readonly reveal: (point: Point) => void;
}

const scaleMin = 0.2;
/** What would have to be smaller to fit is shown in this size instead, around a point, to be dragged. */
const readableScale = 0.85;
const fittingMin = 0.76;
const scaleMax = 2.5;
/** A small drawing is not blown up beyond this. */
export const fittingMax = 1.15;

/**
 * Moves a drawing in its frame: dragged by the pointer, zoomed by ⌘ or Ctrl with the wheel, which is also what pinching on a pad is. Until somebody does, it
 * fits the frame.
 */
export function usePanZoom(
  frame: RefObject<HTMLElement | null>,
  { width, height, middle }: PanZoomContent,
): PanZoom {
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 });
  const touched = useRef(false);
  const content = useRef({ width, height, middle });
  content.current = { width, height, middle };

  const fit = (): void => {
    // It is gone by the time that a last observation of its size comes in.
    if (frame.current === null) return;
    const { clientWidth, clientHeight } = frame.current;
    const { current } = content;
    if (current.width === 0 || clientWidth === 0) return;
    const fitting = Math.min(fittingMax, clientWidth / current.width, clientHeight / current.height);
    const scale = fitting < fittingMin ? readableScale : fitting;
    setView({
      scale,
      x: offset(current.middle.x * scale, current.width * scale, clientWidth),
      y: offset(current.middle.y * scale, current.height * scale, clientHeight),
    });
  };
  const zoomAt = (factor: number, x: number, y: number): void => {
    touched.current = true;
    setView((last) => {
      const scale = Math.min(scaleMax, Math.max(scaleMin, last.scale * factor));
      const by = scale / last.scale;
      return { scale, x: x - (x - last.x) * by, y: y - (y - last.y) * by };
    });
  };

  // Another size of the content, or another middle, fits anew.
  useEffect(() => {
    const element = frame.current!;
    if (!touched.current) fit();
    const observer = new ResizeObserver(() => {
      if (!touched.current) fit();
    });
    observer.observe(element);
    let drag: { x: number; y: number; id: number; moved: boolean } | undefined;
    const down = (event: PointerEvent): void => {
      if (event.button === 0)
        drag = { x: event.clientX, y: event.clientY, id: event.pointerId, moved: false };
    };
    const move = (event: PointerEvent): void => {
      if (drag === undefined || event.pointerId !== drag.id) return;
      const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
      // A hand that shakes still clicks.
      if (!drag.moved && Math.hypot(x, y) < 4) return;
      if (!drag.moved) element.setPointerCapture(drag.id);
      drag = { ...drag, x: event.clientX, y: event.clientY, moved: true };
      touched.current = true;
      setView((last) => ({ ...last, x: last.x + x, y: last.y + y }));
    };
    const up = (): void => {
      drag = undefined;
    };
    const wheel = (event: WheelEvent): void => {
      // A wheel alone scrolls the page.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      zoomAt(Math.exp(-event.deltaY / 240), event.clientX - left, event.clientY - top);
    };
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', up);
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', up);
      element.removeEventListener('pointercancel', up);
      element.removeEventListener('wheel', wheel);
    };
  }, [width, height, middle.x, middle.y]);

  return {
    ...view,
    zoom: (factor) => zoomAt(factor, frame.current!.clientWidth / 2, frame.current!.clientHeight / 2),
    fit: () => {
      touched.current = false;
      fit();
    },
    reveal: ({ x, y }) => {
      const { clientWidth, clientHeight } = frame.current!;
      setView((last) => {
        const [left, top] = [last.x + x * last.scale, last.y + y * last.scale];
        const [moveX, moveY] = [back(left, clientWidth), back(top, clientHeight)];
        return moveX === 0 && moveY === 0 ? last : { ...last, x: last.x + moveX, y: last.y + moveY };
      });
    },
  };
}

/** What is so near to the end of a frame is out of sight. */
const rim = 90;

/** How far a point has to be moved to be in the middle of a frame; not at all while it is in sight. */
function back(at: number, length: number): number {
  return at < Math.min(rim, length / 3) || at > length - Math.min(rim, length / 3) ? length / 2 - at : 0;
}

/** Where content begins, along one side, so that it fills its frame with a point in the middle; in the middle itself if it is smaller. */
function offset(middle: number, length: number, frame: number): number {
  if (length <= frame) return (frame - length) / 2;
  return Math.min(0, Math.max(frame - length, frame / 2 - middle));
}
