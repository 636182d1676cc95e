import type { MetricFamily } from './metric-family.ts';

/** Since when a sum or histogram counts: since the beginning, or since what was told last has arrived. */
export type Temporality = 'cumulative' | 'delta';

/**
 * What a reader prefers, by OpenTelemetry's words. `delta`: for counters and histograms. `lowmemory`: for these unless callbacks give
 * their values. Sums that also fall are always cumulative.
 */
export type TemporalityPreference = 'cumulative' | 'delta' | 'lowmemory';

export const temporalityPreferences: readonly TemporalityPreference[] = ['cumulative', 'delta', 'lowmemory'];

export function temporalityOf(
  preference: TemporalityPreference,
  { kind, observed = false }: Pick<MetricFamily, 'kind' | 'observed'>,
): Temporality {
  if (preference === 'cumulative' || (preference === 'lowmemory' && observed)) return 'cumulative';
  return kind === 'counter' || kind === 'histogram' ? 'delta' : 'cumulative';
}
