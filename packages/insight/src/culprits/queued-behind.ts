import type { Filed } from './docket.ts';
import { isOfTime } from './exhibit.ts';
import { Intervals } from './intervals.ts';

/** Who waits while others of the same process wait for somebody waits for that one too, if it is for this share of its wait. */
const mostOfIt = 0.5;

/**
 * Finds for whom a process stood in a queue. Its own time grows also when all its workers wait for a slow callee: then,
 * while a request waits inside it, others of its requests are held up by that callee.
 */
export class Queues {
  readonly #holdups: Map<string, Map<string, Intervals>> = new Map();

  constructor(filed: readonly Filed[]) {
    for (const { accused, within, from, to } of filed) {
      for (const process of within) {
        if (process.startsWith(`${accused}\n`)) continue;
        const byAccused = this.#holdups.get(process) ?? new Map<string, Intervals>();
        this.#holdups.set(process, byAccused);
        const intervals = byAccused.get(accused) ?? new Intervals();
        byAccused.set(accused, intervals);
        intervals.add(from, to);
      }
    }
  }

  /** Behind calls to whom the wait of `filed` was spent; undefined where it was its own. */
  behind({ accused, charge, within, from, to, caller }: Filed): string | undefined {
    // An answer that is there is not queued for.
    if (!isOfTime(charge) || charge === 'late' || caller !== undefined) return undefined;
    let found: string | undefined;
    let most = (to - from) * mostOfIt;
    for (const [other, intervals] of this.#holdups.get(within[0]!) ?? []) {
      const covered = other === accused ? 0 : intervals.covered(from, to);
      if (covered > most) [found, most] = [other, covered];
    }
    return found;
  }
}
