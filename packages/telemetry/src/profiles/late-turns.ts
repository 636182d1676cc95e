/** Milliseconds between two looks. */
const period = 10;
/** Microseconds that a timer may be late without anybody minding. */
const tolerance = 5_000;

/** A stretch of time, in microseconds after the start. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Notes when timers of this thread were due and could not fire, by a timer of its own. */
export class LateTurns {
  readonly #stretches: Stretch[] = [];
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #due = 0;
  /** How many stretches are over for who asks. */
  #passed = 0;

  start(): void {
    this.#startedAt = performance.now();
    this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** How much of a stretch of time, microseconds after the start, somebody was kept waiting. Asked in the order of time. */
  within(from: number, to: number): number {
    const stretches = this.#stretches;
    while (this.#passed < stretches.length && stretches[this.#passed]!.to <= from) this.#passed++;
    let micros = 0;
    for (let at = this.#passed; at < stretches.length && stretches[at]!.from < to; at++) {
      micros += Math.min(to, stretches[at]!.to) - Math.max(from, stretches[at]!.from);
    }
    return micros;
  }

  #arm(): void {
    this.#due = this.#now() + period * 1_000;
    this.#timer = setTimeout(() => this.#look(), period);
    this.#timer.unref();
  }

  #look(): void {
    const now = this.#now();
    if (now - this.#due > tolerance) this.#stretches.push({ from: this.#due, to: now });
    this.#arm();
  }

  #now(): number {
    return (performance.now() - this.#startedAt) * 1_000;
  }
}
