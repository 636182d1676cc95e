import type { Curve, GoldenSignals } from '../api/console-api.ts';

/** So many steps tell a level. */
const levelSteps = 3;
/** What is so many times as high as before has begun. */
const rise = 2;

/**
 * Since when a curve is much higher than before, in milliseconds since the Unix epoch: the one step that parts its logarithms best into
 * a low and a high stretch (least squares). Undefined where it is not higher, was so all along, or is so no longer.
 *
 * @param floor - what is lower counts as this: it is nothing
 */
export function onsetOf({ from, step, values }: Curve, floor: number): number | undefined {
  const points = values.flatMap((value, index) =>
    value === null ? [] : [{ index, level: Math.log(Math.max(value, floor)) }],
  );
  const sums = [0];
  for (const { level } of points) sums.push(sums.at(-1)! + level);
  const meanOf = (begin: number, end: number): number => (sums[end]! - sums[begin]!) / (end - begin);
  const count = points.length;
  let best: { readonly split: number; readonly gain: number } | undefined;
  for (let split = levelSteps; split <= count - levelSteps; split++) {
    const difference = meanOf(split, count) - meanOf(0, split);
    const gain = difference > 0 ? split * (count - split) * difference ** 2 : 0;
    if (gain > (best?.gain ?? 0)) best = { split, gain };
  }
  if (best === undefined) return undefined;
  const [low, high] = [meanOf(0, best.split), meanOf(best.split, count)];
  const isOver = meanOf(count - levelSteps, count) < (low + high) / 2;
  if (high - low < Math.log(rise) || isOver) return undefined;
  return from + points[best.split]!.index * step;
}

/** From this share of failed requests on errors are what is wrong. */
const errorsMatter = 0.01;

/** Since when requests fail, or where they do not, take long. */
export function troubleSince({ errors, p95 }: GoldenSignals): number | undefined {
  const failing = errors.values.findLast((value) => value !== null) ?? 0;
  return (failing >= errorsMatter ? onsetOf(errors, errorsMatter / 2) : undefined) ?? onsetOf(p95, 0.001);
}
