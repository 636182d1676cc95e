import { invalidArgument } from '@holdfast/core';
import type { NumberReading } from './metric-family.ts';

/** A count of one series. It only grows. */
export class Counter implements NumberReading {
  #value = 0;

  get value(): number {
    return this.#value;
  }

  /** @throws HoldfastError INVALID_ARGUMENT when `amount` is negative or no number. */
  add(amount = 1): void {
    if (!(amount >= 0)) throw invalidArgument('amount', amount, 'a number from zero: a counter never falls');
    this.#value += amount;
  }
}
