import { telemetryErrors } from '../telemetry-errors.ts';
import type { LabelSet } from './label-set.ts';
import type { Series } from './metric-family.ts';

/**
 * What becomes of label sets beyond a metric's limit. `merge`: they share one series, whose labels say `overflow`.
 * `drop`: their values are not kept. `refuse`: SERIES_EXHAUSTED is thrown.
 */
export type OverflowBehaviour = 'merge' | 'drop' | 'refuse';

export interface LimitedSeriesOptions<Handle> {
  readonly metric: string;
  readonly seriesMax: number;
  readonly overflow: OverflowBehaviour;
  /** What a new series is written to with. */
  make(): Handle;
  /** The key and labels of the series that stands for those that found no room. */
  overflowLabels(): { readonly key: string; readonly labels: LabelSet };
  /** Called for each label set that found no room. */
  overflowed(): void;
}

/** The series of one metric by a key of their labels, at most so many. */
export class LimitedSeries<Handle> {
  readonly #options: LimitedSeriesOptions<Handle>;
  readonly #entries = new Map<string, Series<Handle>>();
  #mergedKey: string | undefined;
  #dropped: Handle | undefined;

  constructor(options: LimitedSeriesOptions<Handle>) {
    this.#options = options;
  }

  find(key: string): Handle | undefined {
    return this.#entries.get(key)?.reading;
  }

  /**
   * A series for labels that have none yet, or what stands for it at the limit.
   *
   * @throws HoldfastError SERIES_EXHAUSTED.
   */
  add(key: string, labels: LabelSet): Handle {
    const { metric, overflow, seriesMax } = this.#options;
    const taken = this.#mergedKey === undefined ? this.#entries.size : this.#entries.size - 1;
    if (taken < seriesMax) return this.#enter(key, labels);
    this.#options.overflowed();
    if (overflow === 'merge') return this.#merged();
    if (overflow === 'drop') {
      this.#dropped ??= this.#options.make();
      return this.#dropped;
    }
    throw telemetryErrors.create('SERIES_EXHAUSTED', {
      message: `${metric} has all the ${seriesMax} label sets that it may have: raise its seriesMax, or use fewer`,
      context: { metric, seriesMax },
    });
  }

  delete(key: string): void {
    this.#entries.delete(key);
    if (key === this.#mergedKey) this.#mergedKey = undefined;
  }

  /** All of them, in the order in which they appeared, also those that appear meanwhile. */
  all(): Iterable<Series<Handle>> {
    return this.#entries.values();
  }

  #merged(): Handle {
    const { key, labels } = this.#options.overflowLabels();
    const known = this.find(key);
    if (known !== undefined) return known;
    this.#mergedKey = key;
    return this.#enter(key, labels);
  }

  #enter(key: string, labels: LabelSet): Handle {
    const reading = this.#options.make();
    this.#entries.set(key, { labels, reading });
    return reading;
  }
}
