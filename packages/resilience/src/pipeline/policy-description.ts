/** What a policy does to a call in the worst case, as far as its settings tell. Times are microseconds. */
export interface PolicyDescription {
  readonly kind: string;
  readonly name: string;
  /** How often it may run the layers inside it for one call; 1 unless it retries or hedges. */
  readonly attemptsMax: number;
  /** How long it may make a call wait by itself, over all attempts; `Infinity` when unbounded. */
  readonly waitMax: number;
  /** The longest it lets the layers inside it take for one entry; `Infinity` when it does not limit them. */
  readonly innerMax: number;
  /** How many calls it lets inside at once; `Infinity` when it does not limit them. */
  readonly concurrencyMax: number;
  /** The longest it waits before each further run by its own settings: without what a failure's `retryAfter` asks for. */
  readonly delaysMax: readonly number[];
  /** Whether its further runs go on beside the first, as hedges do, and not after it. */
  readonly parallel: boolean;
}

/** The description of a policy that neither repeats nor delays nor limits. */
export const transparent: Omit<PolicyDescription, 'kind' | 'name'> = Object.freeze({
  attemptsMax: 1,
  waitMax: 0,
  innerMax: Number.POSITIVE_INFINITY,
  concurrencyMax: Number.POSITIVE_INFINITY,
  delaysMax: Object.freeze([]),
  parallel: false,
});
