import { formatMicros } from '@holdfast/core';
import { type RejectingPolicy, Rejection, type RejectionFacts } from '../pipeline/rejection.ts';
import type { RateLimit } from './limiter-core.ts';

/** Why a limiter refused. */
export type RateLimitReason = 'limit' | 'queue-full' | 'deadline' | 'keys-full';

const because: { readonly [R in RateLimitReason]: string } = {
  limit: 'is used up',
  'queue-full': 'is used up and its queue is full',
  deadline: 'has room for this call only after its deadline',
  'keys-full': 'is used by as many other keys as it can remember',
};

export class RateLimitRejection extends Rejection {
  override readonly code = 'RATE_LIMITED';
  private readonly rate: RateLimit;
  private readonly why: RateLimitReason;

  /** `retryAfter` in microseconds. */
  constructor(policy: RejectingPolicy, rate: RateLimit, why: RateLimitReason, retryAfter: number) {
    super(policy, retryAfter);
    this.rate = rate;
    this.why = why;
  }

  override reason(): string {
    const { limit, period } = this.rate;
    const allowed = `${limit} ${limit === 1 ? 'call' : 'calls'} per ${formatMicros(period)}`;
    return `${this.policy.name} (${allowed}) ${because[this.why]}: try again in ${formatMicros(this.retryAfter ?? 0)}`;
  }

  override facts(): RejectionFacts {
    const { limit, period, burst } = this.rate;
    return { why: this.why, limit, period: period / 1_000, burst };
  }
}
