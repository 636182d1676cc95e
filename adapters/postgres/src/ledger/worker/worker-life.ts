import type { HoldfastError } from '@holdfast/core';
import { sleptFor } from '@holdfast/transactions/engine';
import { ledgerFailure } from '../ledger-failure.ts';

/** How far the life of a worker has come. Everything that it does looks here whether it goes on. */
export class WorkerLife {
  /** It is being closed: what is under way is finished, and nothing else begins. */
  closing = false;
  #lost: HoldfastError | undefined;
  readonly #onLost: (error: HoldfastError) => void;
  readonly #leaving = new AbortController();

  /** @param onLost - is told once, when others may take its runs. */
  constructor(onLost: (error: HoldfastError) => void) {
    this.#onLost = onLost;
  }

  /** Why others may take its runs. */
  get lost(): HoldfastError | undefined {
    return this.#lost;
  }

  get takesMore(): boolean {
    return !this.closing && this.#lost === undefined;
  }

  /** Nothing is waited for any more. */
  get over(): boolean {
    return this.#leaving.signal.aborted;
  }

  /** Whether what failed can be tried again. If not, the worker's time is over by that. */
  bears(error: unknown): boolean {
    if (this.over) return false;
    const failure = ledgerFailure(error);
    if (failure.code === 'LEDGER_UNAVAILABLE' || failure.code === 'LEDGER_FULL') return true;
    this.lose(failure);
    return false;
  }

  lose(error: HoldfastError): void {
    if (this.#lost !== undefined) return;
    this.#lost = error;
    this.end();
    this.#onLost(error);
  }

  end(): void {
    this.#leaving.abort();
  }

  /** False when its time is over before that of the pause. */
  pause(millis: number): Promise<boolean> {
    return sleptFor(millis, { signal: this.#leaving.signal });
  }
}
