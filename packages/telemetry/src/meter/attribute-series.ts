import type { Attributes } from '@opentelemetry/api';
import type { LabelSet } from '../metrics/label-set.ts';
import type { LimitedSeries } from '../metrics/limited-series.ts';
import type { InstrumentationScope } from '../resource/resource.ts';
import { attributeLabels, attributesKey, labelsKey } from './attribute-labels.ts';

/** Ways of writing attributes that are remembered, at most. */
const rememberedMax = 10_000;

/** Finds a metric's series by attributes, for one library that measures it. */
export class AttributeSeries<Handle> {
  readonly #series: LimitedSeries<Handle>;
  readonly #scope: InstrumentationScope;
  readonly #scopeKey: string;
  /** By the attributes as they were given. */
  readonly #remembered = new Map<string, Handle>();
  #latest: LabelSet | undefined;
  #plain: Handle | undefined;

  /** @param scopeKey - tells the library from others that measure the same metric. */
  constructor(series: LimitedSeries<Handle>, scope: InstrumentationScope, scopeKey: string) {
    this.#series = series;
    this.#scope = scope;
    this.#scopeKey = scopeKey;
  }

  at(attributes: Attributes | undefined): Handle {
    if (attributes === undefined) return this.#plain ?? this.#findPlain();
    const key = attributesKey(attributes);
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const labels = attributeLabels(attributes, this.#scope, this.#latest);
    this.#latest = labels;
    const seriesKey = this.#scopeKey + labelsKey(labels);
    const found = this.#series.find(seriesKey);
    // What stands for those without room is not remembered for them: each is counted.
    if (found === undefined) return this.#series.add(seriesKey, labels);
    if (this.#remembered.size < rememberedMax) this.#remembered.set(key, found);
    return found;
  }

  #findPlain(): Handle {
    this.#plain = this.at({});
    return this.#plain;
  }
}
