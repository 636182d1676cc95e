import { useRef } from 'preact/hooks';
import { type KeyBinding, useKeys } from '../../keyboard/keys.ts';

/** What the keys of a waterfall do. */
export interface WaterfallActions {
  /** So many rows on, or back. */
  readonly step: (by: number) => void;
  readonly first: () => void;
  readonly last: () => void;
  /** Unfolds the chosen span, or goes to what it called. */
  readonly inward: () => void;
  /** Folds the chosen span, or goes to its caller. */
  readonly outward: () => void;
  /** To the next span that was found, or the one before. */
  readonly found: (by: 1 | -1) => void;
  readonly critical: () => void;
  readonly failed: () => void;
  readonly zoomToChosen: () => void;
  readonly zoomBy: (factor: number) => void;
  readonly showAll: () => void;
  readonly turnView: () => void;
  readonly find: () => void;
  readonly close: () => void;
}

/** Binds the keys of a waterfall. Each press does what it means now, however fast presses follow one another. */
export function useWaterfallKeys(actions: WaterfallActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  const bind = (keys: string, does: string, run: (now: WaterfallActions) => void): KeyBinding => ({
    keys,
    does,
    group: 'This screen',
    run: () => run(latest.current),
  });
  useKeys([
    bind('j', 'Next span', ({ step }) => step(1)),
    bind('k', 'Previous span', ({ step }) => step(-1)),
    bind('ArrowDown', 'Next span', ({ step }) => step(1)),
    bind('ArrowUp', 'Previous span', ({ step }) => step(-1)),
    bind('PageDown', 'Twenty on', ({ step }) => step(20)),
    bind('PageUp', 'Twenty back', ({ step }) => step(-20)),
    bind('Home', 'First span', ({ first }) => first()),
    bind('End', 'Last span', ({ last }) => last()),
    bind('ArrowRight', 'Unfold, or go in', ({ inward }) => inward()),
    bind('ArrowLeft', 'Fold, or go out', ({ outward }) => outward()),
    bind('f', 'Find spans', ({ find }) => find()),
    bind('n', 'Next that was found', ({ found }) => found(1)),
    bind('N', 'Previous that was found', ({ found }) => found(-1)),
    bind('c', 'Next on the critical path', ({ critical }) => critical()),
    bind('e', 'Next that failed', ({ failed }) => failed()),
    bind('z', 'Zoom to the span', ({ zoomToChosen }) => zoomToChosen()),
    bind('i', 'Zoom in', ({ zoomBy }) => zoomBy(2)),
    bind('o', 'Zoom out', ({ zoomBy }) => zoomBy(0.5)),
    bind('w', 'The whole trace', ({ showAll }) => showAll()),
    bind('v', 'Timeline or table', ({ turnView }) => turnView()),
    bind('Escape', 'Close the span', ({ close }) => close()),
  ]);
}
