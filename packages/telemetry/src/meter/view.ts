import { invalidArgument } from '@holdfast/core';
import { checkExponentialSize } from '../metrics/exponential-buckets.ts';
import { histogramBuckets } from '../metrics/histogram-buckets.ts';
import { checkMetricName } from '../metrics/metric-names.ts';

/** What an instrument is, by OpenTelemetry's words. */
export type InstrumentKind =
  | 'counter'
  | 'up_down_counter'
  | 'gauge'
  | 'histogram'
  | 'observable_counter'
  | 'observable_up_down_counter'
  | 'observable_gauge';

/** Which instruments a view is for: those to which all of it applies. In names, `*` stands for any characters and `?` for one. */
export interface InstrumentSelector {
  readonly name?: string;
  readonly kind?: InstrumentKind;
  readonly unit?: string;
  /** Name of the library that measures. */
  readonly meter?: string;
  readonly meterVersion?: string;
  readonly meterSchemaUrl?: string;
}

/** What becomes of measurements. Callbacks' values go into no histogram. */
export type Aggregation =
  | { readonly kind: 'drop' | 'sum' | 'last_value' }
  | {
      readonly kind: 'explicit_bucket_histogram';
      /** Upper bounds. Default those of the instrument. */
      readonly bounds?: readonly number[];
    }
  | {
      readonly kind: 'base2_exponential_bucket_histogram';
      /** Buckets of each sign, from 2 to 10,000. Default 160. */
      readonly maxSize?: number;
    };

/** Which attributes series have: only those named, or all but those. */
export type AttributeFilter = { readonly keep: readonly string[] } | { readonly drop: readonly string[] };

/**
 * How instruments are shown. What is left out stays as it is. An instrument that several views are for is shown by each of them; one that
 * none is for is shown as it is.
 */
export interface View {
  /** At least one criterion. */
  readonly select: InstrumentSelector;
  /** What the metric is called: for a view of one instrument, whose name has no `*` and no `?`. */
  readonly name?: string;
  readonly description?: string;
  readonly attributes?: AttributeFilter;
  readonly aggregation?: Aggregation;
  /** Sets of attributes that the metric may have; those beyond share one. */
  readonly seriesMax?: number;
}

const kinds: readonly InstrumentKind[] = [
  'counter',
  'up_down_counter',
  'gauge',
  'histogram',
  'observable_counter',
  'observable_up_down_counter',
  'observable_gauge',
];
const aggregations: readonly Aggregation['kind'][] = [
  'drop',
  'sum',
  'last_value',
  'explicit_bucket_histogram',
  'base2_exponential_bucket_histogram',
];
const wildcard = /[*?]/;

/** @throws HoldfastError INVALID_ARGUMENT that names the field. */
export function checkViews(views: readonly View[]): void {
  if (!Array.isArray(views)) throw invalidArgument('views', views, 'a list');
  views.forEach((view, index) => {
    checkView(view, `views[${index}]`);
  });
}

function checkView(view: View, field: string): void {
  checkFields(view, field, ['select', 'name', 'description', 'attributes', 'aggregation', 'seriesMax']);
  const { aggregation, attributes, description, name, select, seriesMax } = view;
  checkSelector(select, `${field}.select`);
  if (name !== undefined) {
    checkMetricName(name, `${field}.name`);
    if (select.name === undefined || wildcard.test(select.name)) {
      throw invalidArgument(
        `${field}.name`,
        name,
        'left out where select.name may be that of several instruments',
      );
    }
  }
  if (description !== undefined && typeof description !== 'string') {
    throw invalidArgument(`${field}.description`, description, 'a text');
  }
  if (attributes !== undefined) checkFilter(attributes, `${field}.attributes`);
  if (aggregation !== undefined) checkAggregation(aggregation, `${field}.aggregation`);
  if (seriesMax !== undefined && !(Number.isSafeInteger(seriesMax) && seriesMax > 0)) {
    throw invalidArgument(`${field}.seriesMax`, seriesMax, 'a whole number from 1');
  }
}

function checkSelector(select: InstrumentSelector, field: string): void {
  checkFields(select, field, ['name', 'kind', 'unit', 'meter', 'meterVersion', 'meterSchemaUrl']);
  const given = Object.entries(select).filter(([, value]) => value !== undefined);
  if (given.length === 0) throw invalidArgument(field, select, 'at least one criterion');
  for (const [name, value] of given) {
    if (typeof value !== 'string') throw invalidArgument(`${field}.${name}`, value, 'a text');
  }
  if (select.kind !== undefined && !kinds.includes(select.kind)) {
    throw invalidArgument(`${field}.kind`, select.kind, `one of ${kinds.join(', ')}`);
  }
}

function checkFilter(filter: AttributeFilter, field: string): void {
  checkFields(filter, field, ['keep', 'drop']);
  const [way, ...more] = Object.keys(filter) as ('keep' | 'drop')[];
  const names: unknown = way === undefined ? undefined : (filter as Record<string, unknown>)[way];
  if (more.length > 0 || !Array.isArray(names) || names.some((name) => typeof name !== 'string')) {
    throw invalidArgument(field, filter, 'either keep or drop, with a list of names');
  }
}

function checkAggregation(aggregation: Aggregation, field: string): void {
  checkFields(aggregation, field, ['kind', 'bounds', 'maxSize']);
  const { kind } = aggregation;
  if (!aggregations.includes(kind)) {
    throw invalidArgument(`${field}.kind`, kind, `one of ${aggregations.join(', ')}`);
  }
  for (const [option, owner] of Object.entries(ownersOfOptions)) {
    const value = (aggregation as unknown as Record<string, unknown>)[option];
    if (value !== undefined && kind !== owner) {
      throw invalidArgument(`${field}.${option}`, value, `left out, since it is for ${owner}`);
    }
  }
  if (kind === 'explicit_bucket_histogram' && aggregation.bounds !== undefined) {
    if (!Array.isArray(aggregation.bounds)) {
      throw invalidArgument(`${field}.bounds`, aggregation.bounds, 'a list of numbers');
    }
    histogramBuckets(aggregation.bounds, undefined, `${field}.bounds`);
  }
  if (kind === 'base2_exponential_bucket_histogram' && aggregation.maxSize !== undefined) {
    checkExponentialSize(aggregation.maxSize, `${field}.maxSize`);
  }
}

const ownersOfOptions: Readonly<Record<string, Aggregation['kind']>> = {
  bounds: 'explicit_bucket_histogram',
  maxSize: 'base2_exponential_bucket_histogram',
};

/** A mistake in the name of an option would be one that nobody hears of. */
function checkFields(value: object, field: string, known: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidArgument(field, value, 'an object');
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const given: unknown = (value as Record<string, unknown>)[unknown];
  throw invalidArgument(`${field}.${unknown}`, given, `left out: there are ${known.join(', ')}`);
}
