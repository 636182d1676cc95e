import type { StoreRun } from './store-run.ts';

/** The runs of a worker. */
export class OwnRuns {
  readonly #byPlace = new Map<string, StoreRun>();
  readonly #byId = new Map<string, StoreRun>();

  at(place: string): StoreRun | undefined {
    return this.#byPlace.get(place);
  }

  /** Only those that are driven here. */
  byId(id: string): StoreRun | undefined {
    return this.#byId.get(id);
  }

  /** It is being created or taken over: what is told of it from here on is kept for it. */
  expect(run: StoreRun): void {
    this.#byPlace.set(run.place, run);
  }

  /** It is driven here from now on. */
  add(run: StoreRun): void {
    this.#byId.set(run.id, run);
  }

  forget(run: StoreRun): void {
    this.#byPlace.delete(run.place);
    if (this.#byId.get(run.id) === run) this.#byId.delete(run.id);
  }

  [Symbol.iterator](): Iterator<StoreRun> {
    return this.#byPlace.values();
  }
}
