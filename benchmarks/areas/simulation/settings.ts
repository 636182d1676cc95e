/**
 * The world of every event case: 50 hosts on which loops arm a timer each, and the next one when it has fired, after 1
 * to 20,000 units of time. So many timers are always pending as there are loops.
 */
export const hostCount = 50;
export const pendingFew = 1_000;
export const pendingMany = 20_000;
const delayMax = 20_000;
const delayMean = (1 + delayMax) / 2;

/** Each delay equally often, in an order of no meaning. */
const delays = shuffled(Int32Array.from({ length: delayMax }, (_, index) => index + 1));
let drawn = 0;

/** The next delay, in units of time. */
export function nextDelay(): number {
  const delay = delays[drawn]!;
  drawn = drawn + 1 === delayMax ? 0 : drawn + 1;
  return delay;
}

/** The time in which `events` of them happen when so many are pending. */
export function spanOf(events: number, pending: number): number {
  return Math.ceil((events * delayMean) / pending);
}

/** Shuffles in place (Fisher and Yates) by a linear congruential generator, so that every process has the same order. */
function shuffled(values: Int32Array): Int32Array {
  let state = 1;
  for (let last = values.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (last + 1);
    const value = values[last]!;
    values[last] = values[other]!;
    values[other] = value;
  }
  return values;
}
