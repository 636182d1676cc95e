import type { Attributes } from '@opentelemetry/api';
import { type LabelSet, labelsKey } from '../metrics/label-set.ts';
import type { LimitedSeries } from '../metrics/limited-series.ts';
import type { InstrumentationScope } from '../resource/resource.ts';
import { attributeLabels } from './attribute-labels.ts';
import { AttributeMemory } from './attribute-memory.ts';

/** Attributes that are remembered for each metric of a library, at most. */
const rememberedMax = 20_000;

/** Finds a metric's series by attributes, for one library that measures it. */
export class AttributeSeries<Handle> {
  readonly #series: LimitedSeries<Handle>;
  readonly #scope: InstrumentationScope;
  readonly #scopeKey: string;
  readonly #keeps: ((name: string) => boolean) | undefined;
  readonly #remembered = new AttributeMemory<Handle>(rememberedMax);
  #latest: LabelSet | undefined;
  #plain: Handle | undefined;

  /**
   * @param scopeKey - tells the library from others that measure the same metric.
   * @param keeps - whether series have an attribute of this name. Undefined where they have all.
   */
  constructor(
    series: LimitedSeries<Handle>,
    scope: InstrumentationScope,
    scopeKey: string,
    keeps: ((name: string) => boolean) | undefined,
  ) {
    this.#series = series;
    this.#scope = scope;
    this.#scopeKey = scopeKey;
    this.#keeps = keeps;
  }

  /** Whether series have all attributes. */
  get keepsAll(): boolean {
    return this.#keeps === undefined;
  }

  at(attributes: Attributes | undefined): Handle {
    if (attributes === undefined) return this.#plain ?? this.#findPlain();
    const known = this.#remembered.find(attributes);
    if (known !== undefined) return known;
    const labels = attributeLabels(attributes, this.#scope, this.#latest, this.#keeps);
    this.#latest = labels;
    const seriesKey = this.#scopeKey + labelsKey(labels);
    const found = this.#series.find(seriesKey);
    // What stands for those without room is not remembered for them: each is counted.
    if (found === undefined) return this.#series.add(seriesKey, labels);
    this.#remembered.remember(attributes, found);
    return found;
  }

  /** The attributes that a series does not have. Undefined for none. */
  dropped(attributes: Attributes | undefined): Attributes | undefined {
    const keeps = this.#keeps;
    if (keeps === undefined || attributes === undefined) return undefined;
    const entries = Object.entries(attributes).filter(([name, value]) => value !== undefined && !keeps(name));
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }

  #findPlain(): Handle {
    this.#plain = this.at({});
    return this.#plain;
  }
}
