import { type Clock, invalidArgument } from '@holdfast/core';
import type { Attributes } from '@opentelemetry/api';
import type { ExemplarSpan } from './exemplar.ts';
import type { ExemplarSlots } from './exemplar-slots.ts';

/**
 * Which measurements may become exemplars, by OpenTelemetry's words: none, those that are taken within a sampled span, or all.
 */
export type ExemplarFilter = 'always_off' | 'trace_based' | 'always_on';

export const exemplarFilters: readonly ExemplarFilter[] = ['always_off', 'trace_based', 'always_on'];

/** Tells which sampled span is active. */
export interface ActiveSpans {
  /** Sampled spans that have begun and not ended, about. While there are none, {@link active} is not asked. */
  readonly open: number;
  /** The active span, where it is sampled. */
  active(): ExemplarSpan | undefined;
}

export interface ExemplarOptions {
  /** Default `trace_based`. */
  readonly filter?: ExemplarFilter;
  readonly spans: ActiveSpans;
}

/** Where no measurement is kept, and, as to the look for the active span, where each may be. */
const nowhere: ActiveSpans = { open: 0, active: () => undefined };

/**
 * Decides for a registry which measurements are kept as exemplars. What it costs where no span is sampled is one look at how many
 * are: the way to the active span leads through `AsyncLocalStorage`, and is taken only while there are some.
 */
export class ExemplarSampler {
  readonly #clock: Clock;
  #spans: ActiveSpans = nowhere;
  #filter: ExemplarFilter = 'always_off';
  #taken = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many there have been: the number of the last one. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether the measurement at hand may become one. */
  get mayKeep(): boolean {
    return this.#spans.open > 0;
  }

  /**
   * Begins to keep exemplars, in the place of what was begun before. Returns what ends it.
   *
   * @throws HoldfastError INVALID_ARGUMENT for a filter that is none.
   */
  begin({ filter = 'trace_based', spans }: ExemplarOptions): () => void {
    if (!exemplarFilters.includes(filter)) {
      throw invalidArgument('filter', filter, "'always_off', 'trace_based' or 'always_on'");
    }
    const from = filter === 'always_off' ? nowhere : filter === 'always_on' ? everywhere(spans) : spans;
    this.#filter = filter;
    this.#spans = from;
    return () => {
      if (this.#spans !== from) return;
      this.#filter = 'always_off';
      this.#spans = nowhere;
    };
  }

  /** The sampled span that is active. Nobody looks for it where there is none. */
  activeSpan(): ExemplarSpan | undefined {
    return this.mayKeep ? this.#spans.active() : undefined;
  }

  /** Whether a measurement in this span, or in none, becomes one. */
  accepts(span: ExemplarSpan | undefined): boolean {
    return span === undefined ? this.#filter === 'always_on' : this.#filter !== 'always_off';
  }

  /** Keeps a measurement as of now. */
  keep(
    slots: ExemplarSlots,
    slot: number,
    value: number,
    span: ExemplarSpan | undefined,
    attributes: Attributes | undefined,
  ): void {
    this.#taken += 1;
    slots.keep(slot, this.#taken, value, this.#clock.wall(), span, attributes);
  }
}

function everywhere(spans: ActiveSpans): ActiveSpans {
  return { open: 1, active: () => (spans.open > 0 ? spans.active() : undefined) };
}
