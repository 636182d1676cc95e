import type { Choice } from './choices.ts';

/** How long a choice may be late and still be taken, in microseconds. */
const patience = 100_000;

/**
 * The choices that one site may take. One that has a time is taken when it comes; where the run has become another, so
 * that nobody asks at that very moment, by whoever asks next, if it is soon.
 */
export class AllowedChoices {
  readonly #timed: readonly { readonly at: number; readonly ordinal: number }[];
  readonly #counted: ReadonlySet<number>;
  #next = 0;

  constructor(choices: readonly Choice[]) {
    this.#timed = choices
      .flatMap(({ at, ordinal }) => (at === undefined ? [] : [{ at, ordinal }]))
      .sort((one, other) => one.at - other.at || one.ordinal - other.ordinal);
    this.#counted = new Set(choices.filter(({ at }) => at === undefined).map(({ ordinal }) => ordinal));
  }

  /**
   * Whether to take one now. Time must not go back between calls.
   *
   * @param ordinal - how often the site was asked at this moment before.
   * @param count - how often in the whole run.
   */
  take(at: number, ordinal: number, count: number): boolean {
    if (this.#counted.has(count)) return true;
    for (let choice = this.#timed[this.#next]; choice !== undefined; choice = this.#timed[this.#next]) {
      if (choice.at > at || (choice.at === at && choice.ordinal !== ordinal)) return false;
      this.#next++;
      if (at - choice.at <= patience) return true;
    }
    return false;
  }
}
