/** A logarithmic scale of durations, from 0 at its bottom to 1 at its top. */
export interface DurationScale {
  readonly place: (duration: number) => number;
  readonly value: (place: number) => number;
  /** Round durations, not too close to one another. */
  readonly ticks: readonly number[];
}

/** Half a microsecond: what is shorter stands at the bottom. */
const least = 0.0005;

/** A scale on which all of these durations, in milliseconds, find a place. */
export function durationScale(durations: readonly number[]): DurationScale {
  const known = durations.map((duration) => Math.max(least, duration));
  const [low, high] = known.length === 0 ? [1, 1000] : [Math.min(...known), Math.max(...known)];
  const bottom = Math.log10(low) - 0.15;
  const top = Math.max(Math.log10(high) + 0.15, bottom + 1);
  const decades = top - bottom;
  const steps = decades > 4 ? [1] : decades > 2 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let decade = Math.floor(bottom); decade <= Math.ceil(top); decade++) {
    for (const step of steps) {
      const tick = step * 10 ** decade;
      const place = Math.log10(tick);
      if (place >= bottom && place <= top) ticks.push(Number(tick.toPrecision(1)));
    }
  }
  return {
    place: (duration) => (Math.log10(Math.max(least, duration)) - bottom) / decades,
    value: (place) => 10 ** (bottom + place * decades),
    ticks,
  };
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** What is nearest to a point, unless it is farther than so many pixels. */
export function nearestTo<T>(
  { x, y }: Place,
  items: readonly T[],
  placeOf: (item: T) => Place,
  farthest: number,
): T | undefined {
  let nearest: T | undefined;
  let distance = farthest;
  for (const item of items) {
    const place = placeOf(item);
    const away = Math.hypot(place.x - x, place.y - y);
    if (away > distance) continue;
    nearest = item;
    distance = away;
  }
  return nearest;
}
