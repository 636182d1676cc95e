import { AbortableWait, isHoldfastError, sleep } from '@holdfast/core';

/** Between looks at a run that could not be looked at. */
const pause = '200ms';

/** Those who wait for ends of runs. Who is woken looks again. */
export class EndWaits {
  readonly #waiting = new Map<string, Set<EndWait>>();

  /** Resolves when `hasEnded` says so: it is asked now, and whenever the run `id` is woken, until it can be answered. */
  async wait(id: string, hasEnded: () => Promise<boolean>, signal: AbortSignal | undefined): Promise<void> {
    const wait = new EndWait();
    this.#enlist(id, wait);
    try {
      while (!(await this.#answerOf(hasEnded, signal))) await wait.next(signal);
    } finally {
      this.#strike(id, wait);
    }
  }

  /** The run may have ended. */
  wake(id: string): void {
    for (const wait of this.#waiting.get(id) ?? []) wait.wake();
  }

  /** Any run may have ended. */
  wakeAll(): void {
    for (const id of this.#waiting.keys()) this.wake(id);
  }

  /** Nobody will be woken any more. */
  fail(error: Error): void {
    for (const waits of this.#waiting.values()) for (const wait of waits) wait.fail(error);
  }

  async #answerOf(hasEnded: () => Promise<boolean>, signal: AbortSignal | undefined): Promise<boolean> {
    for (;;) {
      try {
        return await hasEnded();
      } catch (error) {
        if (!isHoldfastError(error) || error.code !== 'LEDGER_UNAVAILABLE') throw error;
        await sleep(pause, { signal });
      }
    }
  }

  #enlist(id: string, wait: EndWait): void {
    const waits = this.#waiting.get(id);
    if (waits === undefined) this.#waiting.set(id, new Set([wait]));
    else waits.add(wait);
  }

  #strike(id: string, wait: EndWait): void {
    const waits = this.#waiting.get(id);
    waits?.delete(wait);
    if (waits?.size === 0) this.#waiting.delete(id);
  }
}

/** One of them. Woken before it waits, it does not wait. */
class EndWait {
  #woken = false;
  #error: Error | undefined;
  #wait: AbortableWait | undefined;

  async next(signal: AbortSignal | undefined): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
    if (!this.#woken) {
      this.#wait = new AbortableWait('ended', signal);
      await this.#wait.promise;
    }
    this.#woken = false;
  }

  wake(): void {
    this.#woken = true;
    this.#wait?.resolve();
  }

  fail(error: Error): void {
    this.#error = error;
    this.#wait?.reject(error);
  }
}
