import {
  type AbortSubscriber,
  coreErrors,
  currentDeadline,
  Deadline,
  invalidArgument,
  offAbort,
  onAbort,
  Timer,
  toAbortError,
} from '@holdfast/core';
import type { CallOptions } from './call-options.ts';
import type { Execution } from './execution.ts';

/** The caller's own limits on one call, watched while it runs: its signal and its deadline. */
export class Caller extends Timer implements AbortSubscriber {
  readonly deadline: Deadline | undefined;
  abortSlot: number = -1;
  private readonly execution: Execution;
  private readonly signal: AbortSignal | undefined;

  private constructor(execution: Execution, signal: AbortSignal | undefined, deadline: Deadline | undefined) {
    super();
    this.execution = execution;
    this.signal = signal;
    this.deadline = deadline;
  }

  /** The limits of a call: those in its options, and the deadline of the work that makes it. */
  static of(execution: Execution, { signal, deadline }: CallOptions): Caller | undefined {
    const nearest =
      deadline === undefined ? currentDeadline() : Deadline.earliest(deadline, currentDeadline());
    if (signal === undefined && nearest === undefined) return undefined;
    return new Caller(execution, signal, nearest);
  }

  /** Begins to watch. Returns the error with which the call has to fail when a limit is reached already. */
  watch(): unknown {
    const { deadline, execution, signal } = this;
    if (signal !== undefined && typeof signal.addEventListener !== 'function') {
      return invalidArgument('signal', signal, 'an AbortSignal');
    }
    if (deadline !== undefined && typeof deadline.remaining !== 'function') {
      return invalidArgument('deadline', deadline, "a Deadline, such as Deadline.after('2s')");
    }
    if (signal?.aborted === true) return toAbortError(signal.reason, 'the call');
    if (deadline !== undefined) {
      const left = deadline.remaining();
      if (left === 0) return this.lateError();
      execution.deadlineAt = execution.now + left;
      execution.world.timers.arm(this, execution.deadlineAt);
    }
    if (signal !== undefined) onAbort(signal, this);
    return undefined;
  }

  unwatch(): void {
    this.execution.world.timers.disarm(this);
    if (this.abortSlot !== -1) offAbort(this.signal!, this);
  }

  /** The deadline has passed. */
  override fire(): void {
    this.execution.cancel(this.lateError());
  }

  onAbort(reason: unknown): void {
    this.execution.cancel(toAbortError(reason, 'the call'));
  }

  private lateError(): unknown {
    const { attempts } = this.execution;
    return coreErrors.create('DEADLINE_EXCEEDED', {
      message: `the deadline of the call passed with ${attempts} attempt(s) made: allow it more time, or ask for less`,
      context: { attempts },
      executed: attempts === 0 ? 'no' : 'maybe',
      stack: false,
    });
  }
}
