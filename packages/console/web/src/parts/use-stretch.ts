import type { RefObject, TargetedPointerEvent } from 'preact';
import { useRef, useState } from 'preact/hooks';

/** Bars beside one another of which one is pointed at, and a stretch may be dragged over. */
interface Stretch {
  /** What the bars stand in, from its left edge to its right. */
  readonly plot: RefObject<HTMLDivElement | null>;
  /** The bar that is pointed at. */
  readonly pointed: number | undefined;
  /** Whether a bar is in the stretch that is being dragged over. */
  isChosen(index: number): boolean;
  /** For the plot. */
  readonly handlers: {
    readonly onPointerMove: (event: PlotEvent) => void;
    readonly onPointerLeave: () => void;
    readonly onPointerDown: (event: PlotEvent) => void;
    readonly onPointerUp: (event: PlotEvent) => void;
  };
}

type PlotEvent = TargetedPointerEvent<HTMLDivElement>;

/**
 * @param bars - how many there are.
 * @param choose - is told of the first and the last bar of a stretch once it has been dragged over; a click is one of one bar.
 */
export function useStretch(bars: number, choose: (first: number, last: number) => void): Stretch {
  const plot = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | undefined>();
  const [from, setFrom] = useState<number | undefined>();
  const indexAt = (event: PlotEvent): number => {
    const { left, width } = plot.current!.getBoundingClientRect();
    const part = (event.clientX - left) / width;
    return Math.min(bars - 1, Math.max(0, Math.floor(part * bars)));
  };
  return {
    plot,
    pointed,
    isChosen: (index) =>
      from !== undefined &&
      pointed !== undefined &&
      index >= Math.min(from, pointed) &&
      index <= Math.max(from, pointed),
    handlers: {
      onPointerMove: (event) => setPointed(indexAt(event)),
      onPointerLeave: () => {
        setPointed(undefined);
        setFrom(undefined);
      },
      onPointerDown: (event) => setFrom(indexAt(event)),
      onPointerUp: (event) => {
        if (from === undefined) return;
        const to = indexAt(event);
        setFrom(undefined);
        choose(Math.min(from, to), Math.max(from, to));
      },
    },
  };
}
