import { invalidArgument } from '@holdfast/core';
import type { MeterProvider as MeterProviderApi, MeterOptions as ScopeOptions } from '@opentelemetry/api';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import { InstrumentFamilies } from './instrument-families.ts';
import { Meter } from './meter.ts';
import { Observations } from './observations.ts';
import { checkViews, type View } from './view.ts';
import { Views } from './views.ts';

export interface MeterProviderOptions {
  /** Where what is measured is read. */
  readonly registry: MetricRegistry;
  /** Sets of attributes that each metric may have; those beyond share one. Default 2,000, as the specification says. */
  readonly seriesMax?: number;
  /** How instruments are shown. Default each as its library says. */
  readonly views?: readonly View[];
}

/**
 * OpenTelemetry's Metrics API on a {@link MetricRegistry}: make it known with `metrics.setGlobalMeterProvider`. As the API asks, no
 * instrument throws: what makes no sense is told to `diag`.
 */
export class MeterProvider implements MeterProviderApi {
  readonly #views: Views;
  readonly #families: InstrumentFamilies;
  readonly #observations: Observations;
  readonly #meters = new Map<string, Meter>();

  /** @throws HoldfastError INVALID_ARGUMENT for a bad option. */
  constructor({ registry, seriesMax = 2_000, views = [] }: MeterProviderOptions) {
    if (!(Number.isSafeInteger(seriesMax) && seriesMax > 0)) {
      throw invalidArgument('seriesMax', seriesMax, 'a whole number from 1');
    }
    checkViews(views);
    this.#views = new Views(views, seriesMax);
    this.#families = new InstrumentFamilies(registry);
    this.#observations = new Observations((error) => registry.countReadFailure('callbacks', error));
    registry.beforeReading(() => this.#observations.observe());
  }

  getMeter(name: string, version?: string, { schemaUrl }: ScopeOptions = {}): Meter {
    const key = JSON.stringify([name, version, schemaUrl]);
    const known = this.#meters.get(key);
    if (known !== undefined) return known;
    const meter = new Meter({
      scope: { name, version, schemaUrl },
      scopeKey: key,
      families: this.#families,
      views: this.#views,
      observations: this.#observations,
    });
    this.#meters.set(key, meter);
    return meter;
  }
}
