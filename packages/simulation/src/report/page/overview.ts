import type { Picture } from './picture.ts';

const foundMax = 5_000;
const dotsMax = 40_000;

/** The whole run at the edge: how much happens when, faults, failure, and which part is in the picture. */
export class Overview {
  readonly #canvas: HTMLCanvasElement;
  readonly #picture: Picture;
  readonly #groundCanvas: HTMLCanvasElement = document.createElement('canvas');
  /** What the ground was painted for. */
  #painted = '';

  constructor(canvas: HTMLCanvasElement, picture: Picture, onMove: () => void) {
    this.#canvas = canvas;
    this.#picture = picture;
    let isDragging = false;
    const move = (event: PointerEvent) => {
      const { scale } = picture;
      const index = scale.atShare(event.offsetY / Math.max(1, canvas.clientHeight));
      scale.scrollBy(scale.y(index) - scale.height / 2);
      onMove();
    };
    canvas.addEventListener('pointerdown', (event) => {
      isDragging = true;
      canvas.setPointerCapture(event.pointerId);
      move(event);
    });
    canvas.addEventListener('pointermove', (event) => isDragging && move(event));
    canvas.addEventListener('pointerup', () => {
      isDragging = false;
    });
  }

  paint(): void {
    const { scale, palette, current, found } = this.#picture;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const context = this.#prepare(this.#canvas);
    if (context === undefined) return;
    this.#ground(width, height);
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.#groundCanvas, 0, 0);
    context.restore();
    const y = (index: number) => scale.share(index) * height;
    context.fillStyle = palette.get('accent');
    if (found.size <= foundMax) for (const index of found) context.fillRect(0, y(index) - 0.5, 8, 1.5);
    context.fillRect(0, y(current) - 1, width, 2);
    const top = y(Math.max(0, scale.at(0)));
    const bottom = y(Math.max(0, scale.at(scale.height)));
    context.strokeStyle = palette.get('accent');
    context.strokeRect(0.5, top + 0.5, width - 1, Math.max(6, bottom - top - 1));
    context.globalAlpha = 0.1;
    context.fillRect(0, top, width, Math.max(6, bottom - top));
  }

  /** What does not change from step to step, painted once. */
  #ground(width: number, height: number): void {
    const { timeline, scale, palette, visibility } = this.#picture;
    const painted = `${scale.version} ${width} ${height} ${palette.get('paper')}`;
    if (painted === this.#painted) return;
    this.#painted = painted;
    const context = this.#prepare(this.#groundCanvas, width, height);
    if (context === undefined) return;
    const { events, lanes, laneOf } = timeline;
    const y = (index: number) => scale.share(index) * height;
    context.globalAlpha = 0.5;
    context.fillStyle = palette.get('fault');
    for (const { start, end } of timeline.troubles.items) {
      context.fillRect(width - 6, y(start), 6, Math.max(2, y(end) - y(start)));
    }
    const laneWidth = (width - 14) / Math.max(1, lanes.length);
    const step = Math.ceil(events.length / dotsMax);
    for (let index = 0; index < events.length; index += step) {
      if (!visibility.shows(index) || laneOf[index]! < 0) continue;
      const event = events[index]!;
      const { what } = event;
      const stands =
        what === 'note' || what === 'drop' || (event.what === 'host' && event.state === 'crashed');
      context.globalAlpha = stands ? 0.9 : 0.35;
      context.fillStyle = palette.get(what === 'note' ? 'note' : stands ? 'lost' : 'muted');
      context.fillRect(
        4 + laneOf[index]! * laneWidth,
        y(index) - 0.5,
        Math.max(1.5, laneWidth - 2),
        stands ? 1.5 : 1,
      );
    }
    context.globalAlpha = 1;
    for (let index = 0; index < events.length; index++) {
      const { what } = events[index]!;
      if (what !== 'failure' && what !== 'healed') continue;
      context.fillStyle = palette.get(what === 'failure' ? 'lost' : 'ok');
      context.fillRect(0, y(index) - 1.5, width, what === 'failure' ? 3 : 1.5);
    }
  }

  #prepare(
    canvas: HTMLCanvasElement,
    width: number = canvas.clientWidth,
    height: number = canvas.clientHeight,
  ): CanvasRenderingContext2D | undefined {
    const ratio = globalThis.devicePixelRatio || 1;
    canvas.width = Math.max(1, Math.round(width * ratio));
    canvas.height = Math.max(1, Math.round(height * ratio));
    const context = canvas.getContext('2d') ?? undefined;
    context?.scale(ratio, ratio);
    return context;
  }
}
