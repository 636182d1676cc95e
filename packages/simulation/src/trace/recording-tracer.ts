import type { TraceEvent, Tracer } from './trace-event.ts';

/** Keeps the last events of a run: at least `eventsMax` of them, at most twice as many. */
export class RecordingTracer implements Tracer {
  readonly enabled = true;
  readonly #eventsMax: number;
  #events: TraceEvent[] = [];

  /** @param eventsMax - default 500,000. */
  constructor(eventsMax = 500_000) {
    this.#eventsMax = eventsMax;
  }

  get events(): readonly TraceEvent[] {
    return this.#events;
  }

  record(event: TraceEvent): void {
    this.#events.push(event);
    if (this.#events.length >= 2 * this.#eventsMax) this.#events = this.#events.slice(-this.#eventsMax);
  }
}
