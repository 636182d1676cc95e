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
