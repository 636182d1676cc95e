import { invalidArgument } from '@holdfast/core';
import type { MetricDescription, MetricFamily } from './metric-family.ts';
import { checkMetricName } from './metric-names.ts';
import { unitCalled, wordFor } from './metric-unit.ts';

export interface MetricOptions {
  /** One line that says what it measures. */
  readonly help: string;
  /**
   * Either by UCUM as OpenTelemetry wants (`s`, `By`, `1`, `{call}`): Prometheus sees its word at the end of the name. Or as
   * Prometheus wants, in words (`seconds`, `bytes`): then the name must end with it. Default none.
   */
  readonly unit?: string;
  /**
   * What Prometheus calls it, without `_total`, where its own rules want another name: it keeps `_count` for histograms. Default
   * the name, and its unit.
   */
  readonly exposedName?: string;
}

/**
 * What a metric is called where.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a bad name or option.
 */
export function describeMetric(
  name: string,
  kind: MetricFamily['kind'],
  { exposedName, help, unit = '' }: MetricOptions,
): MetricDescription {
  checkMetricName(name, 'name');
  if (exposedName !== undefined) checkMetricName(exposedName, 'exposedName');
  if (typeof help !== 'string') throw invalidArgument('help', help, 'a text');
  if (typeof unit !== 'string') throw invalidArgument('unit', unit, 'a text');
  const bare = kind === 'counter' ? name.replace(/(?<=.)_total$/, '') : name;
  const named = unitCalled(unit);
  if (named !== undefined && !endsWith(bare, unit)) {
    throw invalidArgument('name', name, `a name that ends with its unit, ${unit}`);
  }
  const exposedUnit = named === undefined ? wordFor(unit, kind === 'gauge') : unit;
  return {
    name: bare,
    exposedName: exposedName ?? withUnit(bare, exposedUnit),
    help,
    unit: named ?? unit,
    exposedUnit,
  };
}

function withUnit(name: string, word: string | undefined): string {
  return word === undefined || endsWith(name, word) ? name : `${name}_${word}`;
}

function endsWith(name: string, word: string): boolean {
  return name === word || name.endsWith(`_${word}`) || name.endsWith(`.${word}`);
}
