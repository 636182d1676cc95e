import type { Columns } from './columns.ts';
import type { Palette } from './palette.ts';
import type { Timeline } from './timeline.ts';
import type { VerticalScale } from './vertical-scale.ts';
import type { Visibility } from './visibility.ts';

/** All that those who paint the diagram need. */
export interface Picture {
  readonly context: CanvasRenderingContext2D;
  readonly timeline: Timeline;
  readonly visibility: Visibility;
  readonly columns: Columns;
  readonly scale: VerticalScale;
  readonly palette: Palette;
  /** The event at which the person is. */
  current: number;
  /** Events that a search has found. */
  found: ReadonlySet<number>;
}

export const smallFont = '11px system-ui, sans-serif';
export const normalFont = '12px system-ui, sans-serif';

/** Text on a ground of paper, so that lines behind it do not disturb. */
export function paintLabel(
  { context, palette }: Picture,
  text: string,
  x: number,
  y: number,
  colour: string,
): void {
  context.lineWidth = 4;
  context.strokeStyle = palette.get('paper');
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

/** The text, shortened to fit: its beginning. */
export function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  return shortened(context, text, width, (length) => `${text.slice(0, length)}…`);
}

/** The name, shortened to fit: its end, where names in a row differ. */
export function fittedName(context: CanvasRenderingContext2D, name: string, width: number): string {
  return shortened(context, name, width, (length) => `…${name.slice(name.length - length)}`);
}

function shortened(
  context: CanvasRenderingContext2D,
  text: string,
  width: number,
  cut: (length: number) => string,
): string {
  if (context.measureText(text).width <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(cut(middle)).width <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : cut(low);
}
