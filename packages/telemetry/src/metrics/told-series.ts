import type { Exemplar } from '../exemplars/exemplar.ts';
import type { Extremes } from './extremes.ts';
import { labelsKey } from './label-set.ts';
import type { HistogramReading, MetricFamily, NumberReading, Series } from './metric-family.ts';
import type { ExponentialPoint, ExtremeValues, HistogramPoint, NumberPoint } from './metric-points.ts';
import type { MetricRegistry } from './metric-registry.ts';
import { exponentialDifference, histogramDifference, numberDifference } from './point-difference.ts';
import { type Temporality, type TemporalityPreference, temporalityOf } from './temporality.ts';

export type Point = NumberPoint | HistogramPoint | ExponentialPoint;

/** What has arrived of one series. */
interface Told {
  /** All that it had counted then; undefined before the first time. */
  point: Point | undefined;
  /** When that was, in microseconds since the Unix epoch. */
  since: number;
  /** The reading in which it was last seen. */
  reading: number;
  /** Extremes of what has not arrived. Undefined where they are not known. */
  readonly extremes: Extremes | undefined;
}

/** What is on its way of one series. */
interface Pending {
  readonly point: Point;
  readonly extremes: Extremes | undefined;
}

/**
 * What one reader has told of a registry's series, and so what is new to it: exemplars and, where it prefers deltas, what was added. A
 * point counts as told when it has arrived: {@link settle} says so after each batch. One that was lost is part of what is told next,
 * which begins where it began.
 */
export class ToldSeries {
  readonly #preference: TemporalityPreference;
  /** By what is read, where that is the same each time. */
  readonly #live = new WeakMap<object, Told>();
  /** By the labels, where it is another one each time: what callbacks observe. */
  readonly #observed = new Map<MetricFamily, Map<string, Told>>();
  readonly #pending = new Map<Told, Pending>();
  #reading = 0;
  /** When the reading before began: what is new began later. */
  #before: number | undefined;
  #time = 0;
  /** The last exemplar that has arrived. */
  #exemplars = 0;
  #lost = false;

  constructor(preference: TemporalityPreference) {
    this.#preference = preference;
  }

  temporalityOf(family: MetricFamily): Temporality {
    return temporalityOf(this.#preference, family);
  }

  /** A reading begins; what has not been settled of the one before is lost. Returns what ends it. */
  begin({ exemplars, startedAt }: MetricRegistry, time: number): () => void {
    this.settle(false);
    this.#reading += 1;
    this.#before ??= startedAt * 1_000;
    this.#lost = false;
    const { taken } = exemplars;
    return () => {
      this.#before = time;
      if (!this.#lost) this.#exemplars = taken;
      this.#forget();
    };
  }

  /** What is to be told of a series, as of `time`; undefined where there is nothing new. */
  tell(
    family: MetricFamily,
    series: Series<NumberReading | HistogramReading>,
    time: number,
  ): Point | undefined {
    this.#time = time;
    const point = pointOf(series, this.#exemplars);
    if (this.temporalityOf(family) === 'cumulative') return point;
    const told = this.#toldOf(family, series);
    told.reading = this.#reading;
    const difference = differenceOf(point, told.point);
    if (difference === undefined) {
      told.since = time;
      return undefined;
    }
    const extremes = told.extremes?.take();
    this.#pending.set(told, { point, extremes });
    const exemplars = since(difference.exemplars, told.since);
    return {
      ...difference,
      startTime: told.since,
      ...(extremes !== undefined && extremeValues(extremes)),
      ...(exemplars !== undefined && { exemplars }),
    };
  }

  /** What was told since the last call has arrived, or is lost. */
  settle(arrived: boolean): void {
    for (const [told, { extremes, point }] of this.#pending) {
      if (arrived) {
        told.point = point;
        told.since = this.#time;
      } else if (extremes !== undefined) told.extremes?.merge(extremes);
    }
    if (!arrived) this.#lost = true;
    this.#pending.clear();
  }

  #toldOf(family: MetricFamily, { labels, reading }: Series<NumberReading | HistogramReading>): Told {
    if (family.observed !== true) {
      const known = this.#live.get(reading);
      if (known !== undefined) return known;
      const told = this.#newTold('watch' in reading ? reading.watch?.() : undefined);
      this.#live.set(reading, told);
      return told;
    }
    let byLabels = this.#observed.get(family);
    if (byLabels === undefined) {
      byLabels = new Map();
      this.#observed.set(family, byLabels);
    }
    const { scope } = labels;
    const key = `${scope?.name}\0${scope?.version}\0${scope?.schemaUrl}\0${labelsKey(labels)}`;
    let told = byLabels.get(key);
    if (told === undefined) {
      told = this.#newTold(undefined);
      byLabels.set(key, told);
    }
    return told;
  }

  #newTold(extremes: Extremes | undefined): Told {
    return { point: undefined, since: this.#before!, reading: this.#reading, extremes };
  }

  /** Lets go of what callbacks observe no more. */
  #forget(): void {
    for (const byLabels of this.#observed.values()) {
      for (const [key, told] of byLabels) if (told.reading !== this.#reading) byLabels.delete(key);
    }
  }
}

function pointOf(
  { labels, reading }: Series<NumberReading | HistogramReading>,
  exemplarsTold: number,
): Point {
  const { attributes } = labels;
  const exemplars = reading.exemplars?.after(exemplarsTold) ?? [];
  const added = exemplars.length > 0 && { exemplars };
  if ('value' in reading) return { attributes, value: reading.value, ...added };
  const { bounds, counts, exponential, extremes, sum } = reading;
  const facts = { attributes, sum, ...(extremes !== undefined && extremeValues(extremes)), ...added };
  return exponential === undefined
    ? { ...facts, bounds, counts: Float64Array.from(counts) }
    : { ...facts, ...exponential.read() };
}

/** None where there was no value. */
function extremeValues({ max, min }: Extremes): ExtremeValues {
  return min > max ? {} : { min, max };
}

function differenceOf(now: Point, before: Point | undefined): Point | undefined {
  if ('value' in now) return numberDifference(now, before as NumberPoint | undefined);
  return 'scale' in now
    ? exponentialDifference(now, before as ExponentialPoint | undefined)
    : histogramDifference(now, before as HistogramPoint | undefined);
}

/** Exemplars of a point are of its interval. */
function since(exemplars: readonly Exemplar[] | undefined, time: number): readonly Exemplar[] | undefined {
  return exemplars?.filter((exemplar) => exemplar.time >= time);
}
