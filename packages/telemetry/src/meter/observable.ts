import type { Attributes, Observable, ObservableCallback } from '@opentelemetry/api';
import type { Observations } from './observations.ts';
import type { Observed, ObservedStream } from './observed-stream.ts';

/** An instrument whose values callbacks give when a reading begins. */
export class ObservableInstrument implements Observable {
  readonly #streams: readonly ObservedStream[];
  readonly #observations: Observations;

  /** @param streams - the metrics that show what is observed. */
  constructor(streams: readonly ObservedStream[], observations: Observations) {
    this.#streams = streams;
    this.#observations = observations;
  }

  addCallback(callback: ObservableCallback): void {
    this.#observations.add(callback, [this], (result) =>
      callback({ observe: (value, attributes) => result.observe(this, value, attributes) }),
    );
  }

  removeCallback(callback: ObservableCallback): void {
    this.#observations.remove(callback, [this]);
  }

  /** What a callback is about to observe, for each metric. */
  begin(): readonly Observed[] {
    return this.#streams.map(() => new Map());
  }

  /** Adds a value to what is being observed. */
  observe(observed: readonly Observed[], value: number, attributes: Attributes = {}): void {
    this.#streams.forEach((stream, index) => {
      stream.observe(observed[index]!, value, attributes);
    });
  }

  /** From now on, this is what `observer` observed; undefined when it is gone. */
  keep(observer: object, observed: readonly Observed[] | undefined): void {
    this.#streams.forEach((stream, index) => {
      stream.keep(observer, observed?.[index]);
    });
  }
}
