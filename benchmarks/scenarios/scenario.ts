/**
 * A scenario puts one library into one awkward situation and says what happened. Scenarios know only the
 * capabilities below; each library implements those it has in `subjects/`.
 */
export interface Scenario {
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly about: string;
  /** Undefined where the library has no such capability. */
  run(subject: Subject): Promise<Verdict> | undefined;
}

export interface Verdict {
  readonly right: boolean;
  /** The numbers that were seen. */
  readonly observed: string;
}

export interface Subject {
  readonly name: string;
  readonly version: string;
  readonly capabilities: Partial<Capabilities>;
}

export interface Capabilities {
  /** Opens on the given number of failures in a row; lets one probe through after `openMilliseconds`. */
  breaker(options: BreakerOptions): Breaker;
  /** Opens when half of the calls in a sliding time window failed, given at least five. */
  timeWindowBreaker(options: { windowMilliseconds: number }): Guard;
  retry(options: RetryOptions): Guard;
  /** A retry outside, a breaker that one failure opens inside. */
  retryAroundBreaker(options: RetryOptions & { openMilliseconds: number }): Guard;
  /** The first `count` delays of backoff with decorrelated jitter from 100 ms up to 30 s, in ms. */
  delays(count: number): number[];
  /** Refuses what exceeds `maxConcurrent`. */
  bulkhead(options: { maxConcurrent: number }): Guard;
  /** Lets `maxQueue` calls wait beside those that run. */
  queue(options: { maxConcurrent: number; maxQueue: number }): Guard;
  timeout(milliseconds: number): Guard;
  /** Everything the library has of retry, breaker, bulkhead and timeout. */
  chain(): Guard;
  /** The same, where a call can be aborted by its caller. */
  abortableChain(): Guard;
  /** Asks for one permit: true when granted. */
  limiter(options: { limit: number; periodMilliseconds: number }): () => boolean | Promise<boolean>;
}

export interface BreakerOptions {
  readonly failures: number;
  readonly openMilliseconds: number;
}

export interface RetryOptions {
  /** Calls of the operation, the first included. */
  readonly maxAttempts: number;
  readonly delayMilliseconds: number;
}

export type Operation<T> = (signal: AbortSignal | undefined) => Promise<T>;

export interface Guard {
  execute<T>(operation: Operation<T>, signal?: AbortSignal): Promise<T>;
}

export interface Breaker extends Guard {
  /** What its refusal tells the caller. */
  advice(refusal: unknown): { readonly retryAfterMilliseconds?: number; readonly name?: string };
}

/** An error that a breaker under test is told to ignore: neither a success nor a failure of the other side. */
export class IgnoredError extends Error {}

/** A scenario for every library that has `capability`. */
export function scenario<Name extends keyof Capabilities>(
  capability: Name,
  name: string,
  about: string,
  check: (make: Capabilities[Name]) => Promise<Verdict>,
): Scenario {
  return {
    name,
    about,
    run({ capabilities }) {
      const make = capabilities[capability];
      return make === undefined ? undefined : check(make as Capabilities[Name]);
    },
  };
}
