import { messageOf, type ReadingPlace, readAll } from '../stored-data.ts';
import type { OwnRuns } from './own-runs.ts';
import type { PersistentWork } from './persistent-work.ts';
import type { StoreRun } from './store-run.ts';

/** Brings messages to the runs of a worker: as they are told, or read where one may have been missed. */
export class RunMessages {
  readonly #at: ReadingPlace;
  readonly #runs: OwnRuns;
  readonly #work: PersistentWork;

  constructor(at: ReadingPlace, runs: OwnRuns, work: PersistentWork) {
    this.#at = at;
    this.#runs = runs;
    this.#work = work;
  }

  told(place: string, sequence: number, bytes: Uint8Array): void {
    const run = this.#runs.at(place);
    if (run === undefined) return;
    if (!run.ready) run.missed = true;
    else if (sequence === run.lastSequence + 1) run.deliver({ sequence, bytes });
    else this.look(run);
  }

  /** Some may have come that were not told. */
  lookForAll(): void {
    for (const run of this.#runs) {
      if (run.ready) this.look(run);
      else run.missed = true;
    }
  }

  look(run: StoreRun): void {
    const { store, keys } = this.#at;
    this.#work.run(`messages ${run.place}`, async (signal) => {
      const entries = await readAll(store, keys.messagesOf(run.place), signal);
      for (const entry of entries) run.deliver(messageOf(keys, entry));
    });
  }
}
