import type { Announcements } from '../../connection/announcements.ts';
import { turnEnded } from '../../connection/turn-ended.ts';
import type { OwnRuns } from './own-runs.ts';
import type { PostgresRun } from './postgres-run.ts';
import { readNews } from './read-runs.ts';
import type { WorkerLife } from './worker-life.ts';

const pauseMillis = 500;

/** Reads what has been announced for runs: messages, and keys that they hold now. */
export class RunNews {
  readonly #reader: Announcements;
  readonly #schema: string;
  readonly #runs: OwnRuns;
  readonly #life: WorkerLife;
  #reading: Promise<void> | undefined;

  constructor(reader: Announcements, schema: string, runs: OwnRuns, life: WorkerLife) {
    this.#reader = reader;
    this.#schema = schema;
    this.#runs = runs;
    this.#life = life;
  }

  /** There is something for the run. It is read with what is announced for others in the same turn. */
  announced(run: PostgresRun): void {
    run.announced = true;
    if (this.#life.takesMore) this.#reading ??= this.#read();
  }

  async settled(): Promise<void> {
    await this.#reading;
  }

  async #read(): Promise<void> {
    await turnEnded();
    for (;;) {
      // Those that are being created are looked at once they are there.
      const runs = [...this.#runs].filter(({ announced, number }) => announced && number !== 0);
      if (runs.length === 0 || this.#life.over) break;
      for (const run of runs) run.announced = false;
      try {
        await readNews(this.#reader, this.#schema, runs);
      } catch (error) {
        for (const run of runs) run.announced = true;
        if (!this.#life.bears(error) || !(await this.#life.pause(pauseMillis))) break;
      }
    }
    this.#reading = undefined;
  }
}
