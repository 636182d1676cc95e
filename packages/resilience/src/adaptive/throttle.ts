import { type Duration, platformWorld, toPositiveMicros, type World } from '@holdfast/core';
import { type JudgeOptions, judge } from '../judgement.ts';
import { numberBetween } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { type RejectingPolicy, Rejection, type RejectionFacts } from '../pipeline/rejection.ts';
import { ThrottleCore } from './throttle-core.ts';

export interface ThrottleOptions extends JudgeOptions {
  /** Name in errors and events. Default `throttle`. */
  readonly name?: string;
  /** How many requests go out for each that is accepted; lower refuses sooner. Default 2. */
  readonly ratio?: number;
  /** How far back it looks; at least as long as a call may take. Default 2 min. */
  readonly window?: Duration;
  readonly world?: World;
}

/**
 * Spares a backend that refuses or fails: the smaller the share of calls that succeed, the more are refused here, with
 * LOAD_SHED, before they are sent. Unlike a breaker it never stops altogether, and so needs no probing. Calls that
 * end in success, or in nothing that says anything about the backend, count as accepted.
 */
export class Throttle extends Policy<'LOAD_SHED'> {
  override readonly kind = 'throttle';
  private readonly options: ThrottleOptions;
  private readonly core: ThrottleCore;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: ThrottleOptions = {}) {
    super(options.name ?? 'throttle', options.world ?? platformWorld());
    this.options = options;
    this.core = new ThrottleCore(
      numberBetween(options.ratio ?? 2, 'ratio', 1, 1_000),
      toPositiveMicros(options.window ?? '2m', 'window'),
    );
  }

  override enter(execution: Execution): EnterVerdict {
    const now = this.world.clock.coarseNow();
    if (this.core.admit(now, this.world.random)) return 'proceed';
    const { requests, accepts } = this.core.tally(now);
    execution.fail(new ThrottleRejection(this, requests, accepts));
    return 'answered';
  }

  override exit(execution: Execution): ExitVerdict {
    if (judge(execution, this.options) !== 'failure') this.core.accepted(this.world.clock.coarseNow());
    return 'pass';
  }

  override get idle(): boolean {
    return this.core.tally(this.world.clock.now()).requests === 0;
  }

  override condition(): PolicyCondition {
    const now = this.world.clock.now();
    const { requests, accepts } = this.core.tally(now);
    return { alarming: this.core.refuses(now), figures: { requests, accepts } };
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name };
  }
}

/** Makes a client-side throttle. See {@link Throttle}. */
export function throttle(options?: ThrottleOptions): Throttle {
  return new Throttle(options);
}

class ThrottleRejection extends Rejection {
  override readonly code = 'LOAD_SHED';
  private readonly requests: number;
  private readonly accepts: number;

  constructor(policy: RejectingPolicy, requests: number, accepts: number) {
    super(policy);
    this.requests = requests;
    this.accepts = accepts;
  }

  override reason(): string {
    return `${this.policy.name} holds the call back: of ${this.requests} recent requests only ${this.accepts} were accepted`;
  }

  override facts(): RejectionFacts {
    return { requests: this.requests, accepts: this.accepts };
  }
}
