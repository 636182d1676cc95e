import { invalidArgument } from '@holdfast/core';
import type { Attributes } from '@opentelemetry/api';
import type { ExemplarSpan } from '../exemplars/exemplar.ts';
import type { ExemplarSampler } from '../exemplars/exemplar-sampler.ts';
import { ExemplarSlots } from '../exemplars/exemplar-slots.ts';
import type { NumberReading } from './metric-family.ts';

/** A count of one series. It only grows. */
export class Counter implements NumberReading {
  readonly #sampler: ExemplarSampler;
  #value = 0;
  #exemplars: ExemplarSlots | undefined;

  constructor(sampler: ExemplarSampler) {
    this.#sampler = sampler;
  }

  get value(): number {
    return this.#value;
  }

  /** The last amount that was kept. */
  get exemplars(): ExemplarSlots | undefined {
    return this.#exemplars;
  }

  /** @throws HoldfastError INVALID_ARGUMENT when `amount` is negative or no number. */
  add(amount = 1): void {
    if (!(amount >= 0)) throw invalidArgument('amount', amount, 'a number from zero: a counter never falls');
    this.#value += amount;
    if (this.#sampler.mayKeep) this.#keep(amount, this.#sampler.activeSpan());
  }

  /**
   * The same for those who know the span that it belongs to, undefined for none that is sampled: the active one is not looked for.
   *
   * @param dropped - attributes of the measurement that the series does not have.
   * @throws as {@link add}.
   */
  addWithin(span: ExemplarSpan | undefined, amount: number, dropped?: Attributes): void {
    if (!(amount >= 0)) throw invalidArgument('amount', amount, 'a number from zero: a counter never falls');
    this.#value += amount;
    this.#keep(amount, span, dropped);
  }

  #keep(amount: number, span: ExemplarSpan | undefined, dropped?: Attributes): void {
    if (!this.#sampler.accepts(span)) return;
    this.#exemplars ??= new ExemplarSlots(1);
    this.#sampler.keep(this.#exemplars, 0, amount, span, dropped);
  }
}
