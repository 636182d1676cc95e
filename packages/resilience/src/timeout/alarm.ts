import { formatMicros, Timer } from '@holdfast/core';
import type { Execution } from '../pipeline/execution.ts';
import { type RejectingPolicy, Rejection, type RejectionFacts } from '../pipeline/rejection.ts';

/** The timer of one call inside one timeout policy: when it fires, the call is cut short there. */
export class Alarm extends Timer {
  private readonly policy: RejectingPolicy;
  private readonly execution: Execution;
  private readonly index: number;
  private readonly limit: number;
  /** The deadline that is in force around it. */
  private readonly outerDeadline: number;
  private cleared = false;

  constructor(policy: RejectingPolicy, execution: Execution, index: number, limit: number) {
    super();
    this.policy = policy;
    this.execution = execution;
    this.index = index;
    this.limit = limit;
    this.outerDeadline = execution.deadlineAt;
  }

  set(): void {
    const { execution } = this;
    const due = execution.now + this.limit;
    if (due < execution.deadlineAt) execution.deadlineAt = due;
    execution.world.timers.arm(this, due);
  }

  clear(): void {
    const { execution } = this;
    this.cleared = true;
    execution.deadlineAt = this.outerDeadline;
    execution.world.timers.disarm(this);
  }

  override fire(): void {
    if (this.cleared) return;
    const rejection = new TimeoutRejection(this.policy, this.limit);
    if (!this.execution.interrupt(this.index, rejection)) queueMicrotask(() => this.fire());
  }
}

class TimeoutRejection extends Rejection {
  override readonly code = 'TIMEOUT';
  private readonly limit: number;

  constructor(policy: RejectingPolicy, limit: number) {
    super(policy);
    this.limit = limit;
  }

  override reason(): string {
    return `${this.policy.name} ended the call after ${formatMicros(this.limit)}: allow more, or find out what is slow`;
  }

  override facts(): RejectionFacts {
    return { limit: this.limit / 1_000 };
  }
}
