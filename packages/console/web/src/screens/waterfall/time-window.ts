/** The part of a trace that is looked at, in milliseconds after its start. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** No closer than this many milliseconds: a microsecond, the finest that spans tell apart with certainty. */
const finest = 0.001;

/** All of a trace; one of no duration gets a little of it, so that there is something to look at. */
export function wholeOf(duration: number): TimeWindow {
  return { from: 0, to: Math.max(duration, finest) };
}

/** Closer by `factor` (above 1) or further away (below 1), while the time at `anchor` stays where it is. */
export function zoomed(
  { from, to }: TimeWindow,
  anchor: number,
  factor: number,
  whole: TimeWindow,
): TimeWindow {
  const width = Math.min(Math.max((to - from) / factor, finest), whole.to - whole.from);
  const start = anchor - ((anchor - from) / (to - from)) * width;
  return within({ from: start, to: start + width }, whole);
}

/** Later by `milliseconds`, as far as the trace goes. */
export function moved({ from, to }: TimeWindow, milliseconds: number, whole: TimeWindow): TimeWindow {
  return within({ from: from + milliseconds, to: to + milliseconds }, whole);
}

/** From one time to another, in either order, with a little air around where `air` is a share of it. */
export function between(one: number, other: number, whole: TimeWindow, air = 0): TimeWindow {
  const low = Math.min(one, other);
  const high = Math.max(one, other);
  const width = Math.max(high - low, finest);
  return within({ from: low - width * air, to: low + width * (1 + air) }, whole);
}

/** Moves a window into the trace, and cuts it where it is wider. */
function within({ from, to }: TimeWindow, whole: TimeWindow): TimeWindow {
  const width = Math.min(to - from, whole.to - whole.from);
  const start = Math.min(Math.max(from, whole.from), whole.to - width);
  return { from: start, to: start + width };
}

/** Round times in a window, about `wish` of them, at equal steps of 1, 2 or 5 times a power of ten. */
export function ticks({ from, to }: TimeWindow, wish: number): number[] {
  const rough = (to - from) / Math.max(wish, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10);
  const times: number[] = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + step * 1e-9; index++) {
    times.push(index * step);
  }
  return times;
}
