import type { Announcements } from '../../connection/announcements.ts';
import type { StandingConnection } from '../../connection/standing-connection.ts';
import type { OwnRuns } from './own-runs.ts';
import type { PostgresRun } from './postgres-run.ts';
import { type AdoptedRow, adoptedRun, ownRuns, readAdopted } from './read-runs.ts';
import type { WorkerLife } from './worker-life.ts';

export interface RunAdoptionOptions {
  readonly announcements: Announcements;
  /** Where changes are committed: what is seen there is not older than what is known here. */
  readonly writing: StandingConnection;
  readonly schema: string;
  readonly worker: number;
  readonly types: readonly string[];
  readonly runs: OwnRuns;
  readonly life: WorkerLife;
  /** The worker has this epoch now. */
  readonly epochIs: (epoch: number) => void;
  /** Runs with all that they have, to be driven here. */
  readonly adopted: (runs: readonly PostgresRun[]) => void;
}

/** Runs that are adopted at once. */
const adoptedMax = 1_000;
const pauseMillis = 500;

/** Takes over runs whose workers are dead, and those that have had none. */
export class RunAdoption {
  readonly #options: RunAdoptionOptions;
  #adopting: Promise<void> | undefined;
  #again = false;
  /** Runs may be this worker's without its having heard of it, since the answer that said so was lost. */
  #unheard = false;
  /** The same, because a run was being created under the id of one that was adopted. */
  #hidden = false;

  constructor(options: RunAdoptionOptions) {
    this.#options = options;
  }

  /** There may be some. */
  look(): void {
    this.#again = true;
    if (this.#options.life.takesMore) this.#adopting ??= this.#adoptAll();
  }

  /** There may be one under the id of a run that could not be created for that. */
  lookForHidden(): void {
    this.#hidden = true;
    this.look();
  }

  async settled(): Promise<void> {
    await this.#adopting;
  }

  async #adoptAll(): Promise<void> {
    const { life } = this.#options;
    while (this.#again && !life.over) {
      this.#again = false;
      try {
        while (await this.#adoptSome());
      } catch (error) {
        this.#again = true;
        if (!life.bears(error) || !(await life.pause(pauseMillis))) break;
      }
    }
    this.#adopting = undefined;
  }

  /** Whether there may be more. */
  async #adoptSome(): Promise<boolean> {
    const unheard = this.#unheard || this.#hidden;
    this.#unheard = true;
    this.#hidden = false;
    const rows = unheard ? await this.#readOwn() : await this.#takeOver();
    const runs = this.#takeIn(rows);
    if (rows.length > 0) this.#options.epochIs(rows[0]!.own_epoch);
    await this.#give(runs);
    return unheard || rows.length > 0;
  }

  /** Those that are this worker's already, whether it knows or not. */
  #readOwn(): Promise<AdoptedRow[]> {
    const { writing, schema, worker } = this.#options;
    return writing.query(ownRuns(schema, worker));
  }

  #takeOver(): Promise<AdoptedRow[]> {
    const { announcements, schema, worker, types } = this.#options;
    return announcements.query({
      text: `SELECT * FROM ${schema}.adopt_runs($1, $2, $3)`,
      values: [worker, types, adoptedMax],
    });
  }

  /** They are known before their messages and keys are read: what is announced from here on is looked at again. */
  #takeIn(rows: readonly AdoptedRow[]): PostgresRun[] {
    const { runs } = this.#options;
    const adopted: PostgresRun[] = [];
    for (const row of rows) {
      const known = runs.get(row.id);
      if (known === undefined) adopted.push(adoptedRun(row));
      // It is being started again: looked for anew when that has been answered.
      else if (known.number === 0) known.hidesAdopted = true;
    }
    for (const run of adopted) runs.add(run);
    return adopted;
  }

  async #give(adopted: readonly PostgresRun[]): Promise<void> {
    const { announcements, schema, runs, life } = this.#options;
    try {
      await readAdopted(announcements, schema, adopted);
    } catch (error) {
      for (const run of adopted) runs.forget(run);
      throw error;
    }
    this.#unheard = false;
    if (adopted.length === 0 || !life.takesMore) return;
    for (const run of adopted) run.given = true;
    this.#options.adopted(adopted);
  }
}
