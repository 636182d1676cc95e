import type { PolicyDescription } from '../pipeline/policy-description.ts';

/** What a call through some layers can come to. Times are microseconds. */
export interface WorstCase {
  readonly attempts: number;
  readonly latency: number;
  readonly concurrency: number;
}

/** The worst case of a call through `layers`, the outermost first. */
export function worstCase(layers: readonly PolicyDescription[]): WorstCase {
  return {
    attempts: layers.reduce((product, { attemptsMax }) => product * attemptsMax, 1),
    latency: latencyOf(layers, ({ waitMax }) => waitMax),
    concurrency: layers.reduce(
      (calls, { parallel, attemptsMax, concurrencyMax }) =>
        Math.min(parallel ? calls * attemptsMax : calls, concurrencyMax),
      Number.POSITIVE_INFINITY,
    ),
  };
}

/**
 * The longest that a call through `layers` takes when no failure asks for a longer wait. Where each layer waits as
 * `waitMax` says but retries and hedges by their own delays.
 */
export function latencyByOwnDelays(layers: readonly PolicyDescription[]): number {
  return latencyOf(layers, ({ attemptsMax, delaysMax, waitMax }) =>
    attemptsMax === 1 ? waitMax : delaysMax.reduce((sum, delay) => sum + delay, 0),
  );
}

/** From the operation, which may take for ever, outwards: runs in a row add up, runs side by side overlap. */
function latencyOf(
  layers: readonly PolicyDescription[],
  waitOf: (layer: PolicyDescription) => number,
): number {
  return layers.reduceRight((inside, layer) => {
    const run = Math.min(inside, layer.innerMax);
    return (layer.parallel ? run : run * layer.attemptsMax) + waitOf(layer);
  }, Number.POSITIVE_INFINITY);
}
