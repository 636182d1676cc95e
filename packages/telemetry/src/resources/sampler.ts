/**
 * Looks at things at regular intervals, for what is a share of time: all who read the registry see the same one, whenever and
 * however often they read. Does not keep the process alive.
 */
export class Sampler {
  readonly #timer: NodeJS.Timeout;
  readonly #takers: (() => void)[] = [];

  /** @param interval - milliseconds. */
  constructor(interval: number) {
    this.#timer = setInterval(() => {
      for (const take of this.#takers) take();
    }, interval).unref();
  }

  /** Has `take` called at every interval. */
  each(take: () => void): void {
    this.#takers.push(take);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
