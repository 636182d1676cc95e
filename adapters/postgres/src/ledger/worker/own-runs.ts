import type { PostgresRun } from './postgres-run.ts';

/** The runs that a worker drives, and those that it is creating, by their ids. */
export class OwnRuns {
  readonly #byId = new Map<string, PostgresRun>();

  get(id: string): PostgresRun | undefined {
    return this.#byId.get(id);
  }

  add(run: PostgresRun): void {
    this.#byId.set(run.id, run);
  }

  /** It has ended, was not created, or is not driven here after all. */
  forget(run: PostgresRun): void {
    run.claims.clear();
    if (this.#byId.get(run.id) === run) this.#byId.delete(run.id);
  }

  [Symbol.iterator](): Iterator<PostgresRun> {
    return this.#byId.values();
  }
}
