/** A trace that somebody had to do with. */
export interface Visit {
  /** When it was over. Microseconds since the Unix epoch. */
  readonly at: number;
  /** How much of it went wrong, from 0 to 1. */
  readonly gravity: number;
}

/** What is so many visits older counts half. */
const halfLife = 10;
/** Who is well again was to blame for what was: it is not forgotten, as long as nobody else is. */
const least = 0.1;

/**
 * How far the trouble of somebody goes on, from little to 1: what goes wrong in its newest visits beside what goes wrong in all
 * of them. Who was asked nothing since is no better than it was.
 *
 * @param usual - how much goes wrong when all is well
 */
export function persistence(visits: readonly Visit[], usual: number): number {
  let [wrongNow, now, wrong] = [0, 0, 0];
  const newestFirst = [...visits].sort((one, other) => other.at - one.at);
  for (const [age, { gravity }] of newestFirst.entries()) {
    const weight = 0.5 ** (age / halfLife);
    wrongNow += weight * gravity;
    now += weight;
    wrong += gravity;
  }
  const whole = wrong / newestFirst.length - usual;
  return whole > 0 ? Math.min(1, Math.max(least, (wrongNow / now - usual) / whole)) : 1;
}
