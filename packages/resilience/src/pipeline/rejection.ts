import type { HoldfastError } from '@holdfast/core';
import { type ResilienceErrorCode, resilienceErrors } from '../errors.ts';

/** The facts on which a policy decided: plain numbers and words, for people and for `explain`. */
export type RejectionFacts = Readonly<Record<string, string | number | boolean>>;

/** The part of a policy that a rejection shows. */
export interface RejectingPolicy {
  readonly kind: string;
  readonly name: string;
}

/**
 * A failure that a policy decided, not the operation: an open breaker, a full bulkhead, a timeout. It becomes a
 * {@link HoldfastError} only when somebody looks at it, because an Error costs more than the whole refusal.
 * Each policy extends it with the numbers it decided on.
 */
export abstract class Rejection {
  abstract readonly code: ResilienceErrorCode;
  readonly policy: RejectingPolicy;
  /** Microseconds after which trying again makes sense; undefined when nobody can tell. */
  readonly retryAfter: number | undefined;
  private error: HoldfastError<ResilienceErrorCode> | undefined = undefined;

  constructor(policy: RejectingPolicy, retryAfter?: number) {
    this.policy = policy;
    this.retryAfter = retryAfter;
  }

  /** What happened, with the numbers, and what to do next. */
  abstract reason(): string;
  abstract facts(): RejectionFacts;

  /** The error it stands for, the same one each time, without a stack: it was decided, not thrown. */
  toError(attempt: number, elapsed: number | undefined): HoldfastError<ResilienceErrorCode> {
    this.error ??= resilienceErrors.create(this.code, {
      message: this.reason(),
      stack: false,
      context: { policy: this.policy.kind, ...this.facts() },
      origin: {
        component: this.policy.name,
        attempt,
        ...(elapsed === undefined ? undefined : { elapsed: elapsed / 1_000 }),
      },
      ...(this.retryAfter === undefined ? undefined : { retryAfter: this.retryAfter / 1_000 }),
    });
    return this.error;
  }
}
