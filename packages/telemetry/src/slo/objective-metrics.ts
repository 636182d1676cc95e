import { formatMicros } from '@holdfast/core';
import type { MetricRegistry, ObservedOptions } from '../metrics/metric-registry.ts';
import type { ObjectiveStatus } from './service-level-objective.ts';

/** Labels besides the objective's name that a metric may have for each objective. */
const perObjective = 10;

type Values = readonly (readonly [label: string, value: number])[];

/**
 * Shows objectives as metrics, all with `holdfast.slo.name`: `holdfast.slo.events` by `holdfast.slo.outcome`,
 * `holdfast.slo.target`, `holdfast.slo.budget.remaining`, `holdfast.slo.burn_rate` by `holdfast.slo.window`, and
 * `holdfast.slo.burning` by `holdfast.slo.severity`.
 */
export function observeObjectives(
  registry: MetricRegistry,
  objectivesMax: number,
  read: () => readonly ObjectiveStatus[],
): void {
  /** How all stand in the reading under way. */
  let statuses: readonly ObjectiveStatus[] = [];
  registry.beforeReading(() => {
    statuses = read();
  });
  const seriesMax = objectivesMax * perObjective;
  const single = (name: string, help: string, value: (status: ObjectiveStatus) => number) =>
    registry.observe(name, { kind: 'gauge', unit: '1', help, labels: ['holdfast.slo.name'], seriesMax }, () =>
      statuses.map((status) => ({ labels: { 'holdfast.slo.name': status.name }, value: value(status) })),
    );
  const each = (
    name: string,
    options: ObservedOptions,
    label: string,
    values: (status: ObjectiveStatus) => Values,
  ) =>
    registry.observe(name, { ...options, labels: ['holdfast.slo.name', label], seriesMax }, () =>
      statuses.flatMap((status) =>
        values(status).map(([text, value]) => ({
          labels: { 'holdfast.slo.name': status.name, [label]: text },
          value,
        })),
      ),
    );
  single('holdfast.slo.target', 'Share of events that are to be good.', ({ target }) => target);
  single(
    'holdfast.slo.budget.remaining',
    'Share of the error budget that is left; below zero where it is overdrawn.',
    ({ budgetRemaining }) => budgetRemaining,
  );
  each(
    'holdfast.slo.events',
    { kind: 'counter', unit: '{event}', help: 'Events of an objective.' },
    'holdfast.slo.outcome',
    ({ total }) => [
      ['good', total.good],
      ['bad', total.bad],
    ],
  );
  each(
    'holdfast.slo.burn_rate',
    { kind: 'gauge', help: 'How many times faster than allowed the error budget burns.' },
    'holdfast.slo.window',
    ({ burnRates }) => burnRates.map(({ rate = 0, window }) => [formatMicros(window * 1_000), rate]),
  );
  each(
    'holdfast.slo.burning',
    { kind: 'gauge', help: 'Whether the error budget burns too fast.' },
    'holdfast.slo.severity',
    ({ alerts }) =>
      [...new Set(alerts.map(({ severity }) => severity))].map((severity) => [
        severity,
        Number(alerts.some((alert) => alert.severity === severity && alert.burning)),
      ]),
  );
}
