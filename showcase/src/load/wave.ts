import type { Arrival } from './schedule.ts';

/** A stretch of time in which so many times the usual customers come. Milliseconds after the start. */
export interface Wave {
  readonly from: number;
  readonly until: number;
  /** At least 1. */
  readonly factor: number;
}

/** The same customers, but those of the wave, and all after it, come sooner. */
export function* inWave(
  customers: Iterator<Arrival, never>,
  { from, until, factor }: Wave,
): Generator<Arrival, never> {
  const end = from + (until - from) * factor;
  for (;;) {
    const arrival = customers.next().value;
    const { at } = arrival;
    if (at < from) yield arrival;
    else if (at < end) yield { ...arrival, at: from + (at - from) / factor };
    else yield { ...arrival, at: at - (end - until) };
  }
}
