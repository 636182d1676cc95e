import { exactTest } from '../statistics/exact-test.ts';
import type { Expectations } from './expectations.ts';

/** So likely it may be that chance alone shows a new turn, among all that were looked at. */
const falseAlarm = 0.01;
/** A turn that is taken this much more often, as a share, is worth anybody's attention. */
const shareMin = 0.1;

/**
 * Where operations go on in a way in which they did not go on as often before: after an exception, or after a wrong answer, what
 * usually follows is missing, or something else comes.
 */
export class NewTurns {
  readonly #found: Set<string> = new Set();

  constructor(before: Expectations, now: Expectations) {
    const chances: { readonly turn: string; readonly chance: number }[] = [];
    for (const { after, next, times, of } of now.turns()) {
      const [known, ofKnown] = [before.timesTaken(after, next), before.timesPassed(after)];
      if (ofKnown === 0) continue;
      const isMore = times / of - known / ofKnown >= shareMin;
      chances.push({ turn: turnOf(after, next), chance: isMore ? exactTest(times, of, known, ofKnown) : 1 });
    }
    for (const { turn, chance } of chances) if (chance * chances.length < falseAlarm) this.#found.add(turn);
  }

  has(after: string, next: string): boolean {
    return this.#found.has(turnOf(after, next));
  }
}

function turnOf(after: string, next: string): string {
  return `${after}\r${next}`;
}
