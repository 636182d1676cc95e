import type { Attributes, BatchObservableResult, Observable } from '@opentelemetry/api';
import type { ObservableInstrument } from './observable.ts';
import type { Observed } from './observed-stream.ts';

/** One callback and the instruments that it may observe. */
interface Observation {
  readonly callback: object;
  readonly instruments: readonly ObservableInstrument[];
  readonly observe: (result: BatchObservableResult) => unknown;
  /** Whether an asynchronous one has not come back yet. */
  pending: boolean;
}

/**
 * The callbacks of observable instruments. They are called when a reading begins. One that is asynchronous is not waited
 * for: the next reading shows what it found, and it is not called again before it is done.
 */
export class Observations {
  readonly #failed: (error: unknown) => void;
  #all: readonly Observation[] = [];

  /** @param failed - is told what a callback threw; what it observed before is forgotten. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Has `observe` called at every reading, unless `callback` is already there for these instruments. */
  add(
    callback: object,
    instruments: readonly ObservableInstrument[],
    observe: (result: BatchObservableResult) => unknown,
  ): void {
    if (this.#find(callback, instruments) !== undefined) return;
    this.#all = [...this.#all, { callback, instruments, observe, pending: false }];
  }

  remove(callback: object, instruments: readonly ObservableInstrument[]): void {
    const found = this.#find(callback, instruments);
    if (found === undefined) return;
    this.#all = this.#all.filter((observation) => observation !== found);
    for (const instrument of instruments) instrument.keep(found, undefined);
  }

  /** Calls them all. */
  observe(): void {
    for (const observation of this.#all) if (!observation.pending) this.#call(observation);
  }

  #call(observation: Observation): void {
    const found = new Map<Observable, readonly Observed[]>(
      observation.instruments.map((instrument) => [instrument, instrument.begin()]),
    );
    const result: BatchObservableResult = {
      observe: (instrument: Observable, value: number, attributes?: Attributes) => {
        const observed = found.get(instrument);
        if (observed !== undefined) (instrument as ObservableInstrument).observe(observed, value, attributes);
      },
    };
    const keep = () => {
      if (!this.#all.includes(observation)) return;
      for (const instrument of observation.instruments) instrument.keep(observation, found.get(instrument));
    };
    const fail = (error: unknown) => {
      for (const instrument of observation.instruments) instrument.keep(observation, undefined);
      this.#failed(error);
    };
    try {
      const returned = observation.observe(result);
      if (returned instanceof Promise) {
        observation.pending = true;
        returned.then(keep, fail).finally(() => {
          observation.pending = false;
        });
      } else keep();
    } catch (error) {
      fail(error);
    }
  }

  #find(callback: object, instruments: readonly ObservableInstrument[]): Observation | undefined {
    return this.#all.find(
      (one) =>
        one.callback === callback &&
        one.instruments.length === instruments.length &&
        instruments.every((instrument) => one.instruments.includes(instrument)),
    );
  }
}
