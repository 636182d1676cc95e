import type { Attributes } from '@opentelemetry/api';
import type { InstrumentationScope } from '../resource/resource.ts';

const loneSurrogates = /\p{Surrogate}/gu;

/** What tells one series of a metric from the others. Nothing in it changes. */
export class LabelSet {
  /** Share one array between series with the same names: writers compare them by identity. */
  readonly names: readonly string[];
  /** One for each name, as UTF-8 can hold it. */
  readonly values: readonly string[];
  /** The library that measures it. Undefined for what is registered at the registry itself. */
  readonly scope: InstrumentationScope | undefined;
  #attributes: Attributes | undefined;

  /** @param attributes - the labels with their types, where they had some. */
  constructor(
    names: readonly string[],
    values: readonly string[],
    scope?: InstrumentationScope,
    attributes?: Attributes,
  ) {
    this.names = names;
    this.values = values.map((value) => value.replace(loneSurrogates, '\ufffd'));
    this.scope = scope;
    this.#attributes = attributes;
  }

  /** As OpenTelemetry knows them. A label that says nothing is none. */
  get attributes(): Attributes {
    this.#attributes ??= Object.fromEntries(
      this.names
        .map((name, index) => [name, this.values[index]!] as const)
        .filter(([, value]) => value !== ''),
    );
    return this.#attributes;
  }
}

export const noLabels: LabelSet = new LabelSet([], []);

/** A key of labels, the same in whatever order their attributes were given. */
export function labelsKey({ names, values }: LabelSet): string {
  let key = '';
  for (let index = 0; index < names.length; index += 1) key += labelKey(names[index]!, values[index]!);
  return key;
}

/** No two lists of these have the same text: each part says how long it is. */
function labelKey(name: string, value: string): string {
  return `${name.length} ${name}${value.length} ${value}`;
}
