import { type ReadingPlace, readAtOnce, readData } from '../stored-data.ts';
import { type AdoptingWorker, adoptRuns } from './adopt-runs.ts';
import type { FencedCommits } from './fenced-commits.ts';
import type { KeyLines } from './key-lines.ts';
import type { OwnRuns } from './own-runs.ts';
import type { PersistentWork } from './persistent-work.ts';
import type { RunMessages } from './run-messages.ts';
import type { StoreRun } from './store-run.ts';

export interface RunAdoptionOptions {
  readonly at: ReadingPlace;
  /** A lane for takeovers alone. */
  readonly commits: FencedCommits;
  readonly runs: OwnRuns;
  readonly lines: KeyLines;
  readonly messages: RunMessages;
  readonly work: PersistentWork;
  /** Who takes them over. */
  readonly worker: () => Omit<AdoptingWorker, 'signal'>;
  /** The worker has this epoch now. */
  readonly epochIs: (epoch: number) => void;
  /** Whether the worker still drives what it takes over. */
  readonly takesMore: () => boolean;
  /** Runs with all that they have, to be driven here. */
  readonly adopted: (runs: readonly StoreRun[]) => void;
}

/** Takes over the runs that nobody drives. */
export class RunAdoption {
  readonly #options: RunAdoptionOptions;

  constructor(options: RunAdoptionOptions) {
    this.#options = options;
  }

  /** There may be some. */
  look(): void {
    const { at, commits, runs, work, worker, epochIs } = this.#options;
    const runsAtOnce = readAtOnce(at);
    work.run('adopt', async (signal) => {
      for await (const taken of adoptRuns(at, commits, { ...worker(), signal })) {
        epochIs(taken.revision);
        for (const run of taken.runs) runs.expect(run);
        for (let start = 0; start < taken.runs.length; start += runsAtOnce) {
          await this.#give(taken.runs.slice(start, start + runsAtOnce));
        }
      }
    });
  }

  /** Reads what these runs have, and gives them to be driven. */
  async #give(taken: readonly StoreRun[]): Promise<void> {
    const { at, runs, lines, messages, work, takesMore, adopted } = this.#options;
    await work.run(`give ${taken[0]!.place}`, async (signal) => {
      const places = taken.map(({ place }) => place);
      for (const [index, data] of (await readData(at, places, signal)).entries()) {
        taken[index]!.restore(data);
      }
    });
    await lines.takenOver(taken);
    if (!takesMore()) return;
    for (const run of taken) {
      run.begin();
      runs.add(run);
      if (run.missed) messages.look(run);
    }
    adopted(taken);
  }
}
