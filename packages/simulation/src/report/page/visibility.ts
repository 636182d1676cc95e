import type { Arrow, Timeline } from './timeline.ts';

/** What a person can leave out as a whole. */
export const layers = ['messages', 'notes', 'operations', 'disk'] as const;
export type Layer = (typeof layers)[number];

/** What the person has left out of the picture. */
export class Visibility {
  readonly hiddenLanes: Set<number> = new Set();
  readonly hiddenKinds: Set<string> = new Set();
  /** A disk at work drowns everything else; what fails on it is shown all the same. */
  readonly hiddenLayers: Set<Layer> = new Set(['disk']);
  readonly #timeline: Timeline;
  #events: Uint8Array;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.#events = new Uint8Array(timeline.events.length);
    this.update();
  }

  shows(index: number): boolean {
    return this.#events[index] === 1;
  }

  showsLane(lane: number): boolean {
    return !this.hiddenLanes.has(lane);
  }

  showsArrow({ from, to, kind }: Pick<Arrow, 'from' | 'to' | 'kind'>): boolean {
    return (
      !this.hiddenLayers.has('messages') &&
      !this.hiddenKinds.has(kind) &&
      this.showsLane(from) &&
      this.showsLane(to)
    );
  }

  /** To be called when the hidden sets have changed. */
  update(): void {
    const { events, arrows, laneOf } = this.#timeline;
    this.#events = Uint8Array.from(events, ({ what }, index) => {
      if (laneOf[index] !== -1 && !this.showsLane(laneOf[index]!)) return 0;
      return this.#showsWhat(what, index) ? 1 : 0;
    });
    for (const arrow of arrows.items) {
      const shown = this.showsArrow(arrow) ? 1 : 0;
      this.#events[arrow.start] = shown;
      if (arrow.end < events.length) this.#events[arrow.end] = shown;
    }
  }

  #showsWhat(what: string, index: number): boolean {
    const event = this.#timeline.events[index]!;
    switch (what) {
      case 'note':
        return !this.hiddenLayers.has('notes');
      case 'invoke':
      case 'complete':
        return !this.hiddenLayers.has('operations');
      case 'disk':
        return !this.hiddenLayers.has('disk') || (event.what === 'disk' && event.outcome !== 'ok');
      case 'deliver':
      case 'drop':
        // Its sending is not in the trace.
        return !this.hiddenLayers.has('messages');
      default:
        return true;
    }
  }
}
