import { type Duration, platformWorld, toPositiveMicros, type World } from '@holdfast/core';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { Alarm } from './alarm.ts';

export interface TimeoutOptions {
  /** Name in errors and events. Default `timeout`. */
  readonly name?: string;
  readonly world?: World;
}

/**
 * Ends what is inside it when it takes too long: the caller gets TIMEOUT at once, and the operation's AbortSignal
 * is aborted. Outside a retry it bounds the whole, inside it bounds each try.
 */
export class Timeout extends Policy<'TIMEOUT'> {
  override readonly kind = 'timeout';
  override readonly interrupts = true;
  private limit: number;

  /** @throws HoldfastError INVALID_ARGUMENT when `duration` is none, or zero. */
  constructor(duration: Duration, options: TimeoutOptions = {}) {
    super(options.name ?? 'timeout', options.world ?? platformWorld());
    this.limit = toPositiveMicros(duration, 'duration');
  }

  override enter(execution: Execution, index: number): EnterVerdict {
    const alarm = new Alarm(this, execution, index, this.limit);
    execution.keep(index, alarm);
    alarm.set();
    return 'proceed';
  }

  override exit(execution: Execution, index: number): ExitVerdict {
    (execution.kept(index) as Alarm).clear();
    return 'pass';
  }

  /** Changes the limit for the calls that arrive from now on. */
  reconfigure(duration: Duration): void {
    this.limit = toPositiveMicros(duration, 'duration');
  }

  override get idle(): boolean {
    return true;
  }

  override condition(): PolicyCondition {
    return { alarming: false, figures: { limit: this.limit / 1_000 } };
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name, innerMax: this.limit };
  }
}

/** Limits how long the layers inside may take. See {@link Timeout}. */
export function timeout(duration: Duration, options?: TimeoutOptions): Timeout {
  return new Timeout(duration, options);
}
