import { type Activity, type ActivityHost, Alarm } from './activity.ts';

/** The wait for a time to come, at a sleep, or for a signal until then. */
export class Pause implements Activity {
  readonly #saga: ActivityHost;
  readonly #place: number;
  readonly #alarm: Alarm;

  /** @param due - monotonic microseconds; undefined for never. */
  constructor(saga: ActivityHost, place: number, due: number | undefined) {
    this.#saga = saga;
    this.#place = place;
    this.#alarm = new Alarm(saga.world, () => saga.rang(place));
    if (due !== undefined) this.#alarm.set(due);
  }

  stop(): void {
    this.#alarm.stop();
    this.#saga.over(this.#place);
  }

  leave(): void {
    this.#alarm.stop();
  }
}
