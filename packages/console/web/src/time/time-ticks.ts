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

/** The share of a window, at each end, that has no tick. */
const edge = 0.02;

export interface TimeTick {
  readonly at: number;
  readonly text: string;
}

/** Round moments of a window, at most so many, in the reader's zone; none so close to an end that its text would stick out. */
export function timeTicks({ from, to }: Window, most: number): readonly TimeTick[] {
  const length = to - from;
  if (!(length > 0) || most < 1) return [];
  const step = steps.find((each) => length / each <= most) ?? Math.ceil(length / most / day) * day;
  const offset = new Date(from).getTimezoneOffset() * minute;
  const ticks: TimeTick[] = [];
  const margin = length * edge;
  const first = Math.ceil((from + margin - offset) / step) * step + offset;
  for (let at = first; at <= to - margin; at += step) {
    ticks.push({
      at,
      text: step < minute ? formatTime(at) : step < day ? formatTime(at).slice(0, 5) : formatMoment(at, 0),
    });
  }
  return ticks;
}
