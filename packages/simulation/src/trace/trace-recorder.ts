import { invalidArgument } from '@holdfast/core';
import type { TraceEvent, Tracer } from './trace-event.ts';

export interface TraceRecorderOptions {
  /** How many events are kept; earlier ones are dropped and counted. Default 200,000. */
  readonly capacity?: number;
}

/** Keeps the last events of a run, in the order in which they happened. */
export class TraceRecorder implements Tracer {
  readonly enabled = true;
  readonly #capacity: number;
  /** A ring once it is full: the next event goes to `#recorded % #capacity`. */
  readonly #ring: TraceEvent[] = [];
  #recorded = 0;

  constructor({ capacity = 200_000 }: TraceRecorderOptions = {}) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) {
      throw invalidArgument('capacity', capacity, 'a whole number from 1');
    }
    this.#capacity = capacity;
  }

  record(event: TraceEvent): void {
    this.#ring[this.#recorded % this.#capacity] = event;
    this.#recorded++;
  }

  /** How many events had to make room for later ones. */
  get dropped(): number {
    return this.#recorded - this.#ring.length;
  }

  /** The events that were kept, oldest first. */
  events(): TraceEvent[] {
    const oldest = this.dropped === 0 ? 0 : this.#recorded % this.#capacity;
    return [...this.#ring.slice(oldest), ...this.#ring.slice(0, oldest)];
  }
}
