/** What every library measures. */
export const labelNames = ['method', 'route', 'status'] as const;
export const labels = { method: 'GET', route: '/orders/:id', status: '200' } as const;

/** Upper bounds in seconds; prom-client's defaults, and Holdfast's. */
export const bounds: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Durations in seconds, from a fraction of a millisecond to some seconds, the same for all. */
export const durations: Float64Array = Float64Array.from({ length: 4_096 }, (_, index) =>
  Math.exp((((index * 2_654_435_761) % 4_096) / 4_096) * 10 - 8),
);

/** Histograms that are scraped. */
export const seriesCount = 10_000;

/** The labels of each of them. */
export function seriesLabels(index: number): { method: string; route: string; status: string } {
  return { ...labels, route: `/tenants/${index}/orders/:id` };
}
