import type { Attributes } from '@opentelemetry/api';
import type { Exemplar, ExemplarSpan } from './exemplar.ts';

const noAttributes: Attributes = Object.freeze({});

/**
 * The exemplars of one series: in each slot, such as a bucket of a histogram, the last one that fell into it, as OpenTelemetry's
 * "aligned histogram bucket reservoir" keeps them. To keep one allocates nothing.
 */
export class ExemplarSlots {
  readonly #values: Float64Array;
  /** Milliseconds since the Unix epoch. */
  readonly #times: Float64Array;
  /** Which of all exemplars it was, from 1; 0 where there is none. */
  readonly #numbers: Float64Array;
  readonly #spans: (ExemplarSpan | undefined)[];
  #attributes: (Attributes | undefined)[] | undefined;

  constructor(slots: number) {
    this.#values = new Float64Array(slots);
    this.#times = new Float64Array(slots);
    this.#numbers = new Float64Array(slots);
    this.#spans = new Array<ExemplarSpan | undefined>(slots).fill(undefined);
  }

  /**
   * @param number - greater than that of every exemplar before.
   * @param time - milliseconds since the Unix epoch.
   */
  keep(
    slot: number,
    number: number,
    value: number,
    time: number,
    span: ExemplarSpan | undefined,
    attributes: Attributes | undefined,
  ): void {
    this.#values[slot] = value;
    this.#times[slot] = time;
    this.#numbers[slot] = number;
    this.#spans[slot] = span;
    if (attributes !== undefined)
      this.#attributes ??= new Array<undefined>(this.#spans.length).fill(undefined);
    if (this.#attributes !== undefined) this.#attributes[slot] = attributes;
  }

  at(slot: number): Exemplar | undefined {
    if (this.#numbers[slot] === 0) return undefined;
    return {
      value: this.#values[slot]!,
      time: this.#times[slot]! * 1_000,
      span: this.#spans[slot],
      attributes: this.#attributes?.[slot] ?? noAttributes,
    };
  }

  /** Those that came after the one with this number, by slot. */
  after(number: number): Exemplar[] {
    const found: Exemplar[] = [];
    for (let slot = 0; slot < this.#numbers.length; slot += 1) {
      if (this.#numbers[slot]! > number) found.push(this.at(slot)!);
    }
    return found;
  }
}
