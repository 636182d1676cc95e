import { invalidArgument } from '../errors/core-errors.ts';

/** A length of time: a number of milliseconds, or a string such as `'250ms'`, `'1.5s'`, `'2m'`, `'1h'`, `'7d'`. */
export type Duration = number | `${number}${DurationUnit}`;
export type DurationUnit = 'us' | 'ms' | 's' | 'm' | 'h' | 'd';

const microsPerUnit: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

const pattern = /^(\d+(?:\.\d+)?)(us|ms|s|m|h|d)$/;

/** The longest duration: a hundred years, so that sums of durations and times stay exact integers. */
const microsMax = 36_525 * 86_400_000_000;

/**
 * Parses `duration` into whole microseconds, rounding to the nearest. `field` names it in the error.
 *
 * @throws HoldfastError INVALID_ARGUMENT when it is negative, not finite, over a hundred years, or not a duration.
 */
export function toMicros(duration: Duration, field = 'duration'): number {
  const micros = Math.round(parse(duration, field));
  if (!(micros >= 0 && micros <= microsMax)) throw invalid(duration, field);
  return micros;
}

/** As {@link toMicros}, and refuses a duration that rounds to nothing. */
export function toPositiveMicros(duration: Duration, field = 'duration'): number {
  const micros = toMicros(duration, field);
  if (micros === 0) throw invalidArgument(field, duration, 'a duration longer than zero');
  return micros;
}

/** Milliseconds in `micros`, for people and for platform timers; may have a fraction. */
export function toMillis(micros: number): number {
  return micros / 1_000;
}

/** `micros` as a short text: `'850us'`, `'12.5ms'`, `'3s'`, `'2m'`. */
export function formatMicros(micros: number): string {
  if (micros < 1_000) return `${micros}us`;
  if (micros < 1_000_000) return `${round(micros / 1_000)}ms`;
  if (micros < 120_000_000) return `${round(micros / 1_000_000)}s`;
  if (micros < 7_200_000_000) return `${round(micros / 60_000_000)}m`;
  if (micros < 172_800_000_000) return `${round(micros / 3_600_000_000)}h`;
  return `${round(micros / 86_400_000_000)}d`;
}

function parse(duration: Duration, field: string): number {
  if (typeof duration === 'number') return duration * 1_000;
  const match = typeof duration === 'string' ? pattern.exec(duration) : null;
  if (match === null) throw invalid(duration, field);
  return Number(match[1]) * microsPerUnit[match[2]!]!;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function invalid(duration: unknown, field: string): Error {
  return invalidArgument(
    field,
    duration,
    "a number of milliseconds or a string such as '250ms', '1.5s' or '2m', from zero to a hundred years",
  );
}
