import { type Duration, toMillis, toPositiveMicros } from '@holdfast/core';

/** How long something may take, whether it heeds that or not. */
export class TimeLimit {
  readonly #giveUp = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #up: Promise<void>;

  /** @throws HoldfastError INVALID_ARGUMENT */
  constructor(timeout: Duration) {
    const millis = Math.ceil(toMillis(toPositiveMicros(timeout, 'timeout')));
    let up = () => {};
    this.#up = new Promise((resolve) => {
      up = resolve;
    });
    this.#timer = setTimeout(() => {
      this.#giveUp.abort();
      up();
    }, millis);
  }

  /** Aborts when the time is up. */
  get signal(): AbortSignal {
    return this.#giveUp.signal;
  }

  /** Resolves when `work` has ended, however, or the time is up. */
  async wait(work: () => Promise<unknown>): Promise<void> {
    const ended = work().then(
      () => {},
      () => {},
    );
    await Promise.race([ended, this.#up]);
  }

  lift(): void {
    clearTimeout(this.#timer);
  }
}
