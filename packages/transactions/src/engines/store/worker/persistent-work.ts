import { runWithoutDeadline, type World } from '@holdfast/core';
import { sleptFor } from '../../../slept-for.ts';
import { isPassing } from '../store-failure.ts';
import { RepeatedWork } from './repeated-work.ts';

export interface PersistentWorkOptions {
  readonly world: World;
  /** Aborts when the worker's time is over. */
  readonly signal: AbortSignal;
  /** By that, the worker's time is over. */
  readonly failed: (error: unknown) => void;
}

/** Before the store is asked again. */
const pauseMillis = 200;

/** Work of a worker in the store, each done as often as it takes to get an answer, unless the worker's time is over. */
export class PersistentWork {
  readonly #options: PersistentWorkOptions;
  readonly #work = new RepeatedWork();

  constructor(options: PersistentWorkOptions) {
    this.#options = options;
  }

  /** Never rejects. Work of one name is done one at a time, and for all who ask meanwhile at once. */
  run(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    return this.#work.run(name, () => this.#untilAnswered(work));
  }

  /** The same at intervals, until the worker's time is over. */
  async repeat(name: string, millis: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    while (await this.#pause(millis)) await this.run(name, work);
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<void> {
    return this.#work.settled();
  }

  async #untilAnswered(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal, failed } = this.#options;
    while (!signal.aborted) {
      try {
        return await runWithoutDeadline(() => work(signal));
      } catch (error) {
        if (signal.aborted) return;
        if (!isPassing(error)) return failed(error);
        await this.#pause(pauseMillis);
      }
    }
  }

  #pause(millis: number): Promise<boolean> {
    return sleptFor(millis, this.#options);
  }
}
