import type { ReceivedFigures } from './api/console-api.ts';

const rateSeconds = 10;

/** Counts what comes in of one kind, and how fast it does. */
export class SignalFigures {
  received = 0;
  stored = 0;
  refused = 0;
  dropped = 0;
  readonly #now: () => number;
  /** By the second, modulo {@link rateSeconds} and the one under way. */
  readonly #seconds = new Float64Array(rateSeconds + 1);
  #second = 0;

  /** @param now - milliseconds since the Unix epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  receive(count: number): void {
    this.received += count;
    this.#advance();
    this.#seconds[this.#second % this.#seconds.length]! += count;
  }

  figures(): ReceivedFigures {
    this.#advance();
    const { received, stored, refused, dropped } = this;
    const current = this.#seconds[this.#second % this.#seconds.length]!;
    const sum = this.#seconds.reduce((total, count) => total + count, 0) - current;
    return { received, stored, refused, dropped, rate: sum / rateSeconds };
  }

  #advance(): void {
    const second = Math.floor(this.#now() / 1e3);
    const passed = Math.min(second - this.#second, this.#seconds.length);
    for (let i = 0; i < passed; i++) this.#seconds[(second - i) % this.#seconds.length] = 0;
    if (second > this.#second) this.#second = second;
  }
}
