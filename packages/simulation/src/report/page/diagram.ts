import type { Columns } from './columns.ts';
import { paintLanes, paintNames, paintTimes, paintTroubles } from './paint-lanes.ts';
import { paintCursor, paintMarks, paintOperations } from './paint-marks.ts';
import { arrowLine, paintMessages } from './paint-messages.ts';
import type { Palette } from './palette.ts';
import type { Picture } from './picture.ts';
import type { Timeline } from './timeline.ts';
import type { VerticalScale } from './vertical-scale.ts';
import type { Visibility } from './visibility.ts';

const namesHeight = 40;

/** The space-time diagram: lanes from left to right, time downwards, messages across. Paints only what is visible. */
export class Diagram {
  readonly picture: Picture;
  /** Called with the event that was clicked. */
  onPick: ((index: number) => void) | undefined;
  /** Called after painting, with how many messages were left out because there were too many. */
  onPainted: ((leftOut: number) => void) | undefined;
  readonly #canvas: HTMLCanvasElement;
  #isDue = false;

  constructor(
    canvas: HTMLCanvasElement,
    timeline: Timeline,
    visibility: Visibility,
    columns: Columns,
    scale: VerticalScale,
    palette: Palette,
  ) {
    this.#canvas = canvas;
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('This browser has no canvas.');
    const found = new Set<number>();
    this.picture = { context, timeline, visibility, columns, scale, palette, current: 0, found };
    this.#listen();
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
  }

  /** Paints with the next frame. */
  repaint(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#paint();
    });
  }

  #paint(): void {
    const { context, columns, scale, palette } = this.picture;
    const ratio = globalThis.devicePixelRatio || 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = palette.get('paper');
    // The last row and column are parts of a pixel.
    context.fillRect(0, 0, columns.width + 1, scale.height + namesHeight + 1);
    context.translate(0, namesHeight);
    paintCursor(this.picture);
    paintLanes(this.picture);
    paintOperations(this.picture);
    const leftOut = paintMessages(this.picture);
    paintMarks(this.picture);
    paintTroubles(this.picture);
    paintTimes(this.picture);
    context.translate(0, -namesHeight);
    paintNames(this.picture, namesHeight);
    this.onPainted?.(leftOut);
  }

  #resize(): void {
    const { width, height } = this.#canvas.getBoundingClientRect();
    const ratio = globalThis.devicePixelRatio || 1;
    this.#canvas.width = Math.max(1, Math.round(width * ratio));
    this.#canvas.height = Math.max(1, Math.round(height * ratio));
    const { columns, scale, current } = this.picture;
    const y = scale.y(current);
    const wasSeen = y >= 0 && y <= scale.height;
    columns.width = width;
    scale.height = height - namesHeight;
    if (wasSeen) scale.reveal(current);
    // A canvas of a new size is empty: painted at once, it does not flicker.
    this.#paint();
  }

  #listen(): void {
    const canvas = this.#canvas;
    const { scale, columns } = this.picture;
    canvas.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1;
        if (event.ctrlKey || event.metaKey) {
          scale.zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.offsetY - namesHeight);
        } else if (event.shiftKey) columns.scrollBy((event.deltaY + event.deltaX) * unit);
        else {
          scale.scrollBy(event.deltaY * unit);
          columns.scrollBy(event.deltaX * unit);
        }
        this.repaint();
      },
      { passive: false },
    );
    let moved = Number.POSITIVE_INFINITY;
    canvas.addEventListener('pointerdown', (event) => {
      moved = 0;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (moved === Number.POSITIVE_INFINITY) return;
      moved += Math.abs(event.movementX) + Math.abs(event.movementY);
      if (moved < 5) return;
      scale.scrollBy(-event.movementY);
      columns.scrollBy(-event.movementX);
      this.repaint();
    });
    canvas.addEventListener('pointerup', (event) => {
      const isClick = moved < 5;
      moved = Number.POSITIVE_INFINITY;
      const index = isClick ? this.#eventAt(event.offsetX, event.offsetY - namesHeight) : undefined;
      if (index !== undefined) this.onPick?.(index);
    });
  }

  /** The event that lies nearest to a point, or the sending of the message whose arrow does. */
  #eventAt(x: number, y: number): number | undefined {
    const { timeline, visibility, scale, columns } = this.picture;
    const [first, last] = [scale.at(y - 20), scale.at(y + 20)];
    let best: number | undefined;
    let distance = 14;
    for (let index = Math.max(0, first); index <= last; index++) {
      if (!visibility.shows(index)) continue;
      const lane = timeline.laneOf[index]!;
      const away =
        lane < 0 ? Math.abs(scale.y(index) - y) : Math.hypot(columns.x(lane) - x, scale.y(index) - y);
      if (away >= distance) continue;
      best = index;
      distance = away;
    }
    if (best !== undefined) return best;
    for (const arrow of timeline.arrows.overlapping(...scale.range())) {
      if (!visibility.showsArrow(arrow)) continue;
      const { x1, y1, x2, y2 } = arrowLine(this.picture, arrow);
      const away = distanceToLine(x, y, x1, y1, x2, y2);
      if (away >= distance) continue;
      best = arrow.start;
      distance = away;
    }
    if (best !== undefined) return best;
    for (let index = scale.at(y); index >= 0; index--) if (visibility.shows(index)) return index;
    return undefined;
  }
}

function distanceToLine(x: number, y: number, x1: number, y1: number, x2: number, y2: number): number {
  const square = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  const along = square === 0 ? 0 : ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / square;
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1));
}
