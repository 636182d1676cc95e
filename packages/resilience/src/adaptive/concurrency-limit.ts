import { platformWorld, type World } from '@holdfast/core';
import { type JudgeOptions, judge } from '../judgement.ts';
import { oneOf, wholeNumber } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { type RejectingPolicy, Rejection, type RejectionFacts } from '../pipeline/rejection.ts';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { AimdLimit } from './aimd-limit.ts';
import { Gradient2Limit } from './gradient2-limit.ts';
import type { LimitAlgorithm, LimitBounds } from './limit-algorithm.ts';
import { type LimitedEnd, LimiterCore } from './limiter-core.ts';
import { ranOutOfTime } from './ran-out-of-time.ts';
import { VegasLimit } from './vegas-limit.ts';

/** How a concurrency limit finds its limit. docs/adaptive.md compares them. */
export type ConcurrencyAlgorithm = 'adaptive' | 'gradient2' | 'vegas' | 'aimd';

export interface ConcurrencyLimitOptions extends JudgeOptions {
  /** Name in errors and events. Default `concurrency-limit`. */
  readonly name?: string;
  /** Default `adaptive`. */
  readonly algorithm?: ConcurrencyAlgorithm;
  /** The limit to start with. Default 20, or the nearest that `min` and `max` allow. */
  readonly initial?: number;
  /** The limit never goes below. Default 1. */
  readonly min?: number;
  /** The limit never goes above. Default 1,000. */
  readonly max?: number;
  readonly world?: World;
}

/** Where a concurrency limit stands. */
export interface ConcurrencyState {
  /** How many calls may be inside at once. */
  readonly limit: number;
  readonly inFlight: number;
  /** The numbers that the algorithm decides on; latencies are milliseconds. */
  readonly facts: RejectionFacts;
}

/**
 * Limits how many calls are inside at once, and finds the limit by itself, from how latency and failures answer to
 * it: as many as the other side can work on without a queue. A call above the limit fails at once with
 * CONCURRENCY_LIMITED; there is no queue, since a queue is what it is there to avoid. Place it inside the retry and
 * outside the timeout, so that the latency it sees is bounded.
 */
export class ConcurrencyLimit extends Policy<'CONCURRENCY_LIMITED'> {
  override readonly kind = 'concurrency-limit';
  private readonly options: ConcurrencyLimitOptions;
  private readonly bounds: LimitBounds;
  private readonly algorithm: LimitAlgorithm;
  private readonly core: LimiterCore;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: ConcurrencyLimitOptions = {}) {
    super(options.name ?? 'concurrency-limit', options.world ?? platformWorld());
    this.options = options;
    this.bounds = boundsOf(options);
    this.algorithm = algorithmOf(options.algorithm ?? 'adaptive', this.bounds);
    this.core = new LimiterCore(this.algorithm);
  }

  override enter(execution: Execution, index: number): EnterVerdict {
    const { now } = execution;
    if (!this.core.enter(now)) {
      execution.fail(new ConcurrencyRejection(this, this.state));
      return 'answered';
    }
    execution.keep(index, now);
    return 'proceed';
  }

  override exit(execution: Execution, index: number): ExitVerdict {
    this.core.exit(execution.kept(index) as number, execution.now, this.endOf(execution));
    return 'pass';
  }

  /** The limit now, and what it rests on. */
  get state(): ConcurrencyState {
    return { limit: this.core.limit, inFlight: this.core.inFlight, facts: this.algorithm.facts() };
  }

  /** How full it is, from 0 to 1: a signal for a load shedder outside of it. */
  load(): number {
    return Math.min(1, this.core.inFlight / this.core.limit);
  }

  /** What it has learned is soon learned again. */
  override get idle(): boolean {
    return this.core.inFlight === 0;
  }

  override condition(): PolicyCondition {
    const { limit, inFlight } = this.core;
    return { alarming: inFlight >= limit, figures: { inFlight, limit } };
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name, concurrencyMax: this.bounds.max };
  }

  private endOf(execution: Execution): LimitedEnd {
    const judgement = judge(execution, this.options);
    if (judgement === 'success') return 'success';
    if (judgement === 'ignored') return 'cancelled';
    return ranOutOfTime(execution) ? 'timeout' : 'failure';
  }
}

/** Makes a concurrency limit. See {@link ConcurrencyLimit}. */
export function concurrencyLimit(options?: ConcurrencyLimitOptions): ConcurrencyLimit {
  return new ConcurrencyLimit(options);
}

class ConcurrencyRejection extends Rejection {
  override readonly code = 'CONCURRENCY_LIMITED';
  private readonly state: ConcurrencyState;

  constructor(policy: RejectingPolicy, state: ConcurrencyState) {
    super(policy);
    this.state = state;
  }

  override reason(): string {
    const { limit, inFlight } = this.state;
    return `${this.policy.name} has ${inFlight} of ${limit} calls inside: try later, or send less`;
  }

  override facts(): RejectionFacts {
    const { limit, inFlight, facts } = this.state;
    return { limit, inFlight, ...facts };
  }
}

function boundsOf(options: ConcurrencyLimitOptions): LimitBounds {
  const min = wholeNumber(options.min ?? 1, 'min', 1);
  const max = wholeNumber(options.max ?? Math.max(min, 1_000), 'max', min);
  const initial = wholeNumber(options.initial ?? Math.max(min, Math.min(max, 20)), 'initial', min, max);
  return { initial, min, max };
}

function algorithmOf(name: ConcurrencyAlgorithm, bounds: LimitBounds): LimitAlgorithm {
  switch (oneOf(name, 'algorithm', ['adaptive', 'gradient2', 'vegas', 'aimd'])) {
    case 'adaptive':
      return new AdaptiveLimit(bounds);
    case 'gradient2':
      return new Gradient2Limit(bounds);
    case 'vegas':
      return new VegasLimit(bounds);
    case 'aimd':
      return new AimdLimit(bounds);
  }
}
