import type { NumberReading } from './metric-family.ts';

/** The present value of one series. */
export class Gauge implements NumberReading {
  #value = 0;

  get value(): number {
    return this.#value;
  }

  set(value: number): void {
    this.#value = value;
  }

  add(amount = 1): void {
    this.#value += amount;
  }
}
