import { type Duration, invalidArgument, platformWorld, toPositiveMicros, type World } from '@holdfast/core';
import { numberBetween } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { Alarm } from '../timeout/alarm.ts';
import { TimeoutLearner } from './timeout-learner.ts';

export interface AdaptiveTimeoutOptions {
  /** Name in errors and events. Default `adaptive-timeout`. */
  readonly name?: string;
  /** Of the recent latencies, 50 to 99.9. Default 99. */
  readonly percentile?: number;
  /** A call gets this many times the percentile. Default 2. */
  readonly factor?: number;
  /** No call gets less. Default 10 ms. */
  readonly min?: Duration;
  /** No call gets more; what all calls get until enough is known. */
  readonly max: Duration;
  /** How far back it looks: what was seen that long ago counts a quarter. Default 30 s. */
  readonly window?: Duration;
  readonly world?: World;
}

/**
 * A timeout that follows the latency: TIMEOUT ends a call that takes much longer than nearly all recent ones did.
 * One call in 16 gets `max`, so that it sees when calls become slower.
 */
export class AdaptiveTimeout extends Policy<'TIMEOUT'> {
  override readonly kind = 'adaptive-timeout';
  override readonly interrupts = true;
  private readonly learner: TimeoutLearner;
  private readonly max: number;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: AdaptiveTimeoutOptions) {
    super(options.name ?? 'adaptive-timeout', options.world ?? platformWorld());
    const min = toPositiveMicros(options.min ?? '10ms', 'min');
    this.max = toPositiveMicros(options.max, 'max');
    if (this.max < min) throw invalidArgument('max', options.max, 'a duration of at least `min`');
    this.learner = new TimeoutLearner({
      share: numberBetween(options.percentile ?? 99, 'percentile', 50, 99.9) / 100,
      factor: numberBetween(options.factor ?? 2, 'factor', 1, 100),
      min,
      max: this.max,
      window: toPositiveMicros(options.window ?? '30s', 'window'),
    });
  }

  override enter(execution: Execution, index: number): EnterVerdict {
    const timed = new Timed(execution.now, new Alarm(this, execution, index, this.learner.next()));
    execution.keep(index, timed);
    timed.alarm.set();
    return 'proceed';
  }

  override exit(execution: Execution, index: number): ExitVerdict {
    const { alarm, startedAt } = execution.kept(index) as Timed;
    alarm.clear();
    if (execution.ok) this.learner.answered(execution.now - startedAt, execution.now);
    return 'pass';
  }

  /** What most calls get now, milliseconds. */
  get limit(): number {
    return this.learner.limit / 1_000;
  }

  /** What it has learned is soon learned again. */
  override get idle(): boolean {
    return true;
  }

  override condition(): PolicyCondition {
    return { alarming: false, figures: { limit: this.limit, max: this.max / 1_000 } };
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name, innerMax: this.max };
  }
}

/** Makes a timeout that follows the latency. See {@link AdaptiveTimeout}. */
export function adaptiveTimeout(options: AdaptiveTimeoutOptions): AdaptiveTimeout {
  return new AdaptiveTimeout(options);
}

/** A call with its alarm. */
class Timed {
  readonly startedAt: number;
  readonly alarm: Alarm;

  constructor(startedAt: number, alarm: Alarm) {
    this.startedAt = startedAt;
    this.alarm = alarm;
  }
}
