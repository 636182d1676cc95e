import { type HoldfastError, Timer } from '@holdfast/core';
import { clusterErrors } from '../../errors.ts';

/** A change of the membership in a leader's log that may be decided yet, until its time is over. */
export class PendingChange extends Timer {
  readonly index: number;
  readonly term: number;
  readonly resolve: () => void;
  readonly reject: (error: HoldfastError) => void;
  readonly #forget: () => void;

  constructor(
    index: number,
    term: number,
    resolve: () => void,
    reject: (error: HoldfastError) => void,
    forget: () => void,
  ) {
    super();
    this.index = index;
    this.term = term;
    this.resolve = resolve;
    this.reject = reject;
    this.#forget = forget;
  }

  override fire(): void {
    this.#forget();
    this.reject(
      clusterErrors.create('REQUEST_TIMED_OUT', {
        message: 'the change of the membership was not decided in time; it may be decided yet',
      }),
    );
  }
}
