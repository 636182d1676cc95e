import type { Timeline } from './timeline.ts';
import type { Visibility } from './visibility.ts';

const timeWidth = 100;
const troubleWidth = 20;
const troubleColumnsMax = 8;
const laneWidthMin = 104;
const laneWidthMax = 250;

/** Where lanes lie from left to right, in pixels. */
export class Columns {
  /** How far the lanes are pushed to the left. */
  scroll = 0;
  /** The right end of the times, where the faults begin. */
  readonly troubleLeft = timeWidth;
  /** Where the lanes begin. */
  readonly left: number;
  laneWidth: number = laneWidthMin;
  readonly #timeline: Timeline;
  readonly #visibility: Visibility;
  #place: Float64Array = new Float64Array(0);
  #width = 1;
  #shown = 0;

  constructor(timeline: Timeline, visibility: Visibility) {
    this.#timeline = timeline;
    this.#visibility = visibility;
    this.left = timeWidth + troubleWidth * Math.min(troubleColumnsMax, timeline.troubleColumns) + 6;
    this.update();
  }

  set width(pixels: number) {
    this.#width = pixels;
    this.update();
  }

  get width(): number {
    return this.#width;
  }

  /** To be called when lanes have been hidden or shown. */
  update(): void {
    const { lanes } = this.#timeline;
    this.#place = Float64Array.from(lanes, (_, lane) => (this.#visibility.showsLane(lane) ? 1 : -1));
    let place = 0;
    for (let lane = 0; lane < lanes.length; lane++) if (this.#place[lane] === 1) this.#place[lane] = place++;
    this.#shown = place;
    const room = (this.#width - this.left) / Math.max(1, place);
    this.laneWidth = Math.min(laneWidthMax, Math.max(laneWidthMin, room));
    this.scrollBy(0);
  }

  x(lane: number): number {
    return this.left + (this.#place[lane]! + 0.42) * this.laneWidth - this.scroll;
  }

  /** The left end of a column of faults. */
  troubleX(column: number): number {
    return this.troubleLeft + troubleWidth * Math.min(column, troubleColumnsMax - 1);
  }

  scrollBy(pixels: number): void {
    const most = Math.max(0, this.#shown * this.laneWidth + this.left - this.#width);
    this.scroll = Math.min(most, Math.max(0, this.scroll + pixels));
  }
}
