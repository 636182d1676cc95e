import type { Press } from './customers.ts';

/** So long so large a share of the presses has to be accepted. */
const wellMillis = 4_000;
const wellShare = 0.9;

/** Whether the customers of a shop that has just been opened are served well by now. */
export class ServedWell {
  private readonly outcomes: { readonly end: number; readonly accepted: boolean }[] = [];

  record({ at, latencyMillis, accepted }: Press): void {
    this.outcomes.push({ end: at + latencyMillis, accepted });
  }

  /** Whether they have been for some time, so many milliseconds after the first of them came. */
  at(elapsed: number): boolean {
    const from = elapsed - wellMillis;
    if (from < 0) return false;
    const last = this.outcomes.filter(({ end }) => end >= from);
    return last.filter(({ accepted }) => accepted).length >= wellShare * Math.max(1, last.length);
  }
}
