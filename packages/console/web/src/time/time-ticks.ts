import type { Window } from '../api/console-api.ts';
import { formatMoment, formatTime } from '../format/moment.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 28].map((count) => count * day),
];

export interface TimeTick {
  readonly at: number;
  readonly text: string;
}

/** Round moments of a window, at most so many, in the reader's zone. */
export function timeTicks({ from, to }: Window, most: number): readonly TimeTick[] {
  const length = to - from;
  if (!(length > 0) || most < 1) return [];
  const step = steps.find((each) => length / each <= most) ?? Math.ceil(length / most / day) * day;
  const offset = new Date(from).getTimezoneOffset() * minute;
  const ticks: TimeTick[] = [];
  for (let at = Math.ceil((from - offset) / step) * step + offset; at <= to; at += step) {
    ticks.push({
      at,
      text: step < minute ? formatTime(at) : step < day ? formatTime(at).slice(0, 5) : formatMoment(at, 0),
    });
  }
  return ticks;
}
