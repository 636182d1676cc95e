import { durations } from './settings.ts';

/** Records one duration after the other. */
export function recorder(record: (value: number) => void): () => number {
  let next = 0;
  return () => {
    record(durations[next]!);
    next = (next + 1) % durations.length;
    return next;
  };
}

/** Series that are counted in turn: of a single one, the engine would keep the count in a register. */
const countedSeries = 16;

/** Counts in one of several series after the other, which `make` makes. */
export function counting(make: (series: number) => () => void): () => number {
  const counters = Array.from({ length: countedSeries }, (_, series) => make(series));
  let next = 0;
  return () => {
    counters[next]!();
    next = (next + 1) % countedSeries;
    return next;
  };
}
