import { isHoldfastError } from '@holdfast/core';
import type { PlaceDefinition } from '../definition.ts';
import { outOfTimeError } from '../read-outcome.ts';
import { type Activity, type ActivityHost, Alarm } from './activity.ts';

/** How long to wait before a claim that failed is made again. */
const claimAgainMicros = 1_000_000;

/** The wait for the locks of a step, in the order of their names. */
export class Claim implements Activity {
  readonly #saga: ActivityHost;
  readonly #place: number;
  readonly #definition: PlaceDefinition;
  readonly #keys: readonly string[];
  readonly #alarm: Alarm;
  readonly #again: Alarm;
  readonly #controller: AbortController = new AbortController();
  #held = 0;
  #over = false;

  constructor(saga: ActivityHost, place: number, definition: PlaceDefinition, keys: readonly string[]) {
    this.#saga = saga;
    this.#place = place;
    this.#definition = definition;
    this.#keys = [...new Set(keys)].sort();
    this.#alarm = new Alarm(saga.world, () => this.#tooLate());
    this.#again = new Alarm(saga.world, () => this.#next());
  }

  /** @param due - monotonic microseconds, when the wait is over. */
  begin(due: number): void {
    this.#alarm.set(due);
    this.#next();
  }

  stop(reason: Error): void {
    if (this.#over) return;
    this.leave(reason);
    this.#saga.over(this.#place);
  }

  leave(reason: Error): void {
    this.#over = true;
    this.#alarm.stop();
    this.#again.stop();
    this.#controller.abort(reason);
  }

  #next(): void {
    if (this.#over) return;
    const key = this.#keys[this.#held];
    if (key === undefined) {
      this.#over = true;
      this.#alarm.stop();
      this.#saga.claimed(this.#place);
      return;
    }
    this.#saga.claim(key, this.#controller.signal).then(
      () => {
        this.#held++;
        this.#next();
      },
      (error: unknown) => this.#failed(error),
    );
  }

  #failed(error: unknown): void {
    if (this.#over) return;
    if (isHoldfastError(error) && error.code === 'INVALID_ARGUMENT') {
      this.leave(error);
      this.#saga.claimRefused(this.#place, error);
    } else this.#again.set(this.#saga.world.clock.now() + claimAgainMicros);
  }

  #tooLate(): void {
    if (this.#over) return;
    const error = outOfTimeError(
      `Step '${this.#definition.name}', which waited for the lock '${this.#keys[this.#held]}',`,
    );
    this.leave(error);
    this.#saga.claimFailed(this.#place, error);
  }
}
