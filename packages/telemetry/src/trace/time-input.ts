import type { TimeInput } from '@opentelemetry/api';

/** Milliseconds below which a number is a reading of `performance.now()` and no time of the epoch: it is of 1973. */
const monotonicMax = 1e11;

/**
 * A time as OpenTelemetry's API takes it, in microseconds since the Unix epoch.
 *
 * @param offset - what makes monotonic microseconds those of the epoch.
 */
export function microsOf(time: TimeInput, offset: number): number {
  if (time instanceof Date) return time.getTime() * 1_000;
  const millis = typeof time === 'number' ? time : time[0] * 1_000 + time[1] / 1e6;
  const micros = typeof time === 'number' ? time * 1_000 : time[0] * 1e6 + time[1] / 1_000;
  return Math.round(millis < monotonicMax ? micros + offset : micros);
}
