import { lastAtMost } from './intervals.ts';
import type { Timeline } from './timeline.ts';
import type { Visibility } from './visibility.ts';

/** `steps` gives every event room, however close they are; `time` is true to time. */
export type ScaleMode = 'steps' | 'time';

const pixelsPerStep = 26;

/** Where events lie from top to bottom, in pixels. */
export class VerticalScale {
  mode: ScaleMode = 'steps';
  /** Counts the changes of where events lie in the whole. */
  version = 0;
  /** The y of the top of the picture. */
  scroll = 0;
  readonly #timeline: Timeline;
  readonly #visibility: Visibility;
  /** Of each event, in steps or in microseconds; never falls. What is hidden lies where the next thing does. */
  #position: Float64Array = new Float64Array(0);
  /** 1 for steps of their usual size, or for all of the time at once. */
  #zoom = { steps: 1, time: 4 };
  #height = 1;

  constructor(timeline: Timeline, visibility: Visibility) {
    this.#timeline = timeline;
    this.#visibility = visibility;
    this.update();
  }

  /** To be called when the mode or what is visible has changed. */
  update(): void {
    this.version++;
    const { events } = this.#timeline;
    this.#position = new Float64Array(events.length);
    const first = events[0]?.at ?? 0;
    let position = 0;
    let lastShown = first;
    for (let index = 0; index < events.length; index++) {
      const { at } = events[index]!;
      if (this.mode === 'time') position = at - first;
      else if (this.#visibility.shows(index)) {
        position += stepsAfter(at - lastShown);
        lastShown = at;
      }
      this.#position[index] = position;
    }
    this.#clamp();
  }

  /** The height of the picture. */
  set height(pixels: number) {
    this.#height = Math.max(1, pixels);
    this.#clamp();
  }

  get height(): number {
    return this.#height;
  }

  /** From the first event to the last. */
  get total(): number {
    return this.#span() * this.#unit();
  }

  /** The y of an event in the picture. One past the last is the end of the trace. */
  y(index: number): number {
    const { length } = this.#position;
    if (length === 0) return 0;
    const end = index >= length ? 24 : 0;
    return this.#position[Math.min(index, length - 1)]! * this.#unit() - this.scroll + end;
  }

  /** The first and last event in the picture, or just outside it. */
  range(): readonly [first: number, last: number] {
    return [Math.max(0, this.at(-40)), Math.min(this.#position.length - 1, this.at(this.#height + 40) + 1)];
  }

  /** The last event at or above a y; -1 when there is none. */
  at(y: number): number {
    return lastAtMost(this.#position, (y + this.scroll) / this.#unit());
  }

  /** Where an event lies in the whole, from 0 to 1. */
  share(index: number): number {
    return (this.#position[index] ?? 0) / Math.max(1e-9, this.#span());
  }

  /** The event that lies at a share of the whole. */
  atShare(share: number): number {
    return Math.max(0, lastAtMost(this.#position, share * this.#span()));
  }

  /** Zooms by a factor; what is at `y` stays there. */
  zoomBy(factor: number, y: number): void {
    const before = this.#unit();
    const [least, most] = this.#zoomRange();
    this.#zoom[this.mode] = Math.min(most, Math.max(least, this.#zoom[this.mode] * factor));
    this.scroll = (this.scroll + y) * (this.#unit() / before) - y;
    this.#clamp();
  }

  /** Shows everything at once. */
  fit(): void {
    this.#zoom[this.mode] = this.#zoomRange()[0];
    this.scroll = -40;
    this.#clamp();
  }

  scrollBy(pixels: number): void {
    this.scroll += pixels;
    this.#clamp();
  }

  /** Brings an event into the picture, unless it is well inside already. */
  reveal(index: number, always = false): void {
    const y = this.y(index);
    if (!always && y > this.#height * 0.12 && y < this.#height * 0.82) return;
    this.scroll += y - this.#height * 0.4;
    this.#clamp();
  }

  #clamp(): void {
    const least = -40;
    const most = Math.max(least, this.total - this.#height + 70);
    this.scroll = Math.min(most, Math.max(least, this.scroll));
  }

  #span(): number {
    return this.#position.at(-1) ?? 0;
  }

  /** From everything at once to a microsecond of two pixels, or to steps of four times their usual size. */
  #zoomRange(): readonly [least: number, most: number] {
    const span = Math.max(1, this.#span());
    if (this.mode === 'time') return [0.85, Math.max(4, (2 * span) / this.#height)];
    return [Math.min(1, (this.#height * 0.85) / span / pixelsPerStep), 4];
  }

  #unit(): number {
    if (this.mode === 'time') return (this.#zoom.time * this.#height) / Math.max(1, this.#span());
    return this.#zoom.steps * pixelsPerStep;
  }
}

/** A step for an event, less when it happens at once, more when there was a wait. */
function stepsAfter(microseconds: number): number {
  if (microseconds === 0) return 0.7;
  return Math.min(3, 0.8 + Math.log10(1 + microseconds / 2_000) * 0.6);
}
