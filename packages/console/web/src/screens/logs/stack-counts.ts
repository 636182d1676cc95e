import type { LogList, LogSeverity } from '../../api/console-api.ts';

interface Bar {
  readonly total: number;
  /** What is there, the gravest first. */
  readonly pieces: readonly { readonly severity: LogSeverity; readonly count: number }[];
}

const order: readonly LogSeverity[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'];

/** Counts by severity, put upon one another. All curves of a histogram have the same steps. */
export function stackCounts(histogram: LogList['histogram']): {
  readonly from: number;
  readonly step: number;
  readonly bars: readonly Bar[];
} {
  const ranked = [...histogram].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const { from, step, values } = ranked[0]?.counts ?? { from: 0, step: 1, values: [] };
  const bars = values.map((_, index): Bar => {
    const pieces = ranked
      .map(({ severity, counts }) => ({ severity, count: counts.values[index] ?? 0 }))
      .filter(({ count }) => count > 0);
    return { total: pieces.reduce((sum, { count }) => sum + count, 0), pieces };
  });
  return { from, step, bars };
}
