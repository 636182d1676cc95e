import { diag } from '@opentelemetry/api';
import type { InstrumentationScope } from '../resource/resource.ts';
import type { Aggregation, AttributeFilter, InstrumentKind, InstrumentSelector, View } from './view.ts';

/** An instrument as its library asks for it. */
export interface InstrumentIdentity {
  readonly scope: InstrumentationScope;
  readonly name: string;
  readonly kind: InstrumentKind;
  readonly description: string;
  readonly unit: string;
}

/** A metric that measurements of an instrument flow into. */
export interface StreamPlan {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly kind: InstrumentKind;
  /** Undefined for what instruments of its kind have by default. */
  readonly aggregation: Exclude<Aggregation, { readonly kind: 'drop' }> | undefined;
  /** Whether series have an attribute of this name. Undefined where they have all. */
  readonly keeps: ((name: string) => boolean) | undefined;
  readonly seriesMax: number;
}

/** Decides which metrics instruments have. */
export class Views {
  readonly #views: readonly {
    readonly view: View;
    readonly matches: (instrument: InstrumentIdentity) => boolean;
  }[];
  readonly #seriesMax: number;

  /** @param views - that have been checked. @param seriesMax - of metrics whose view does not say so. */
  constructor(views: readonly View[], seriesMax: number) {
    this.#views = views.map((view) => ({ view, matches: matcherOf(view.select) }));
    this.#seriesMax = seriesMax;
  }

  /** None where it is dropped. */
  plansFor(instrument: InstrumentIdentity): StreamPlan[] {
    const found = this.#views.filter(({ matches }) => matches(instrument)).map(({ view }) => view);
    const possible = found.filter((view) => isPossible(view, instrument));
    if (possible.length === 0) return [this.#planOf({}, undefined, instrument)];
    return possible.flatMap((view) => {
      const { aggregation } = view;
      return aggregation?.kind === 'drop' ? [] : [this.#planOf(view, aggregation, instrument)];
    });
  }

  #planOf(
    { attributes, description, name, seriesMax }: Omit<View, 'select'>,
    aggregation: StreamPlan['aggregation'],
    instrument: InstrumentIdentity,
  ): StreamPlan {
    return {
      name: name ?? instrument.name,
      description: description ?? instrument.description,
      unit: instrument.unit,
      kind: instrument.kind,
      aggregation,
      keeps: attributes && keeperOf(attributes),
      seriesMax: seriesMax ?? this.#seriesMax,
    };
  }
}

function isPossible({ aggregation }: View, { kind, name }: InstrumentIdentity): boolean {
  const histogram = aggregation?.kind.endsWith('histogram') === true;
  if (!histogram || !kind.startsWith('observable')) return true;
  diag.warn(`a view wants a histogram of ${name}, which callbacks tell: it is passed over`);
  return false;
}

function matcherOf({ kind, meter, meterSchemaUrl, meterVersion, name, unit }: InstrumentSelector) {
  const isNamed = patternOf(name, 'i');
  const isOfMeter = patternOf(meter, '');
  return (instrument: InstrumentIdentity): boolean =>
    isNamed(instrument.name) &&
    isOfMeter(instrument.scope.name) &&
    (kind === undefined || kind === instrument.kind) &&
    (unit === undefined || unit === instrument.unit) &&
    (meterVersion === undefined || meterVersion === instrument.scope.version) &&
    (meterSchemaUrl === undefined || meterSchemaUrl === instrument.scope.schemaUrl);
}

function patternOf(text: string | undefined, flags: string): (name: string) => boolean {
  if (text === undefined) return () => true;
  const escaped = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const pattern = new RegExp(`^${escaped}$`, `${flags}su`);
  return (name) => pattern.test(name);
}

function keeperOf(filter: AttributeFilter): (name: string) => boolean {
  const names = new Set('keep' in filter ? filter.keep : filter.drop);
  const kept = 'keep' in filter;
  return (name) => names.has(name) === kept;
}
