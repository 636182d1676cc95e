import {
  currentDeadline,
  Deadline,
  enterOperation,
  formatMicros,
  type OperationScope,
  operationsObserved,
  runWithDeadline,
  runWithoutDeadline,
  Timer,
} from '@holdfast/core';
import type { ContextSource } from '../action-context.ts';
import type { Action, PlaceDefinition } from '../definition.ts';
import { outOfTimeError } from '../read-outcome.ts';
import type { Cell } from '../records/machine.ts';
import type { Activity, ActivityHost, EndedAttempt } from './activity.ts';

/** How long an attempt whose signal has aborted may take to end, so that its outcome is known after all. */
const graceMicros = 1_000_000;

/** One attempt at a step or at its compensation, and the wait before it. Its driver is told once how it ended. */
export class Attempt extends Timer implements Activity, ContextSource, EndedAttempt {
  readonly saga: ActivityHost;
  readonly place: number;
  readonly undo: boolean;
  /** Counted from 1. */
  readonly attempt: number;
  readonly action: Action;
  /** There while an attached step runs. */
  transaction: unknown;
  readonly #definition: PlaceDefinition;
  readonly #cell: Cell;
  /** Monotonic microseconds, by which the step has to be done with all its attempts. */
  readonly #deadline: number;
  #state: 'waiting' | 'running' | 'aborted' | 'over' = 'waiting';
  #controller: AbortController | undefined;
  /** Why its signal has aborted. */
  #reason: Error | undefined;
  #began = 0;
  #scope: OperationScope | undefined;

  constructor(saga: ActivityHost, place: number, definition: PlaceDefinition, cell: Cell) {
    super();
    this.saga = saga;
    this.place = place;
    this.undo = cell.state === 'undoing';
    this.attempt = cell.attempts + 1;
    this.action = (this.undo ? definition.undo : definition.do)!;
    this.#definition = definition;
    this.#cell = cell;
    this.#deadline =
      this.undo || definition.limit === undefined
        ? Number.POSITIVE_INFINITY
        : saga.dueAt(cell.at, definition.limit);
  }

  get key(): string {
    return this.undo ? `${this.doKey}/undo` : this.doKey;
  }

  get doKey(): string {
    return `${this.saga.id}/${this.#definition.name}`;
  }

  /** Made when it is asked for. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Microseconds since it began. */
  get duration(): number {
    return this.saga.world.clock.coarseNow() - this.#began;
  }

  /** Whether another attempt after `delay` microseconds would begin in time. */
  inTime(delay: number): boolean {
    return this.saga.world.clock.now() + delay < this.#deadline;
  }

  /** @param delay - microseconds. */
  begin(delay: number): void {
    if (delay === 0) this.#run();
    else this.saga.world.timers.arm(this, this.saga.world.clock.now() + delay);
  }

  override fire(): void {
    if (this.#state === 'waiting') this.#run();
    else if (this.#state === 'running') this.#abort(outOfTimeError(this.#describe()));
    else if (!this.#definition.attached) this.#settle(false, this.#reason);
    // What is attached ends with its transaction, and says then how.
  }

  stop(reason: Error): void {
    if (this.#state !== 'waiting') this.#abort(reason);
    else {
      this.#end(reason);
      this.saga.over(this.place);
    }
  }

  leave(reason: Error): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#end(reason);
  }

  #run(): void {
    const { clock, timers } = this.saga.world;
    this.#state = 'running';
    this.#began = clock.coarseNow();
    let due = this.#deadline;
    if (this.action.timeout !== undefined) due = Math.min(due, clock.now() + this.action.timeout);
    if (due !== Number.POSITIVE_INFINITY) timers.arm(this, due);
    if (operationsObserved()) this.#scope = this.#enter();
    let outcome: unknown;
    try {
      outcome = this.#definition.attached && !this.undo ? this.#attach(due) : this.#call(due);
    } catch (error) {
      this.#settle(false, error);
      return;
    }
    if (!isThenable(outcome)) this.#settle(true, outcome);
    else {
      outcome.then(
        (value) => this.#settle(true, value),
        (error) => this.#settle(false, error),
      );
    }
  }

  #attach(due: number): Promise<unknown> {
    return this.saga.attach(this, (transaction) => {
      this.transaction = transaction;
      return this.#call(due);
    });
  }

  /** Under no deadline but its own: not under that of whoever happened to start the saga. */
  #call(due: number): unknown {
    const { run } = this.action;
    const context = new this.#definition.scope.Context(this);
    const result = this.undo && this.#cell.known ? this.#cell.value : undefined;
    const bounded = due !== Number.POSITIVE_INFINITY;
    if (this.#scope === undefined && !bounded && currentDeadline() === undefined) return run(context, result);
    const call = () =>
      this.#scope === undefined ? run(context, result) : this.#scope.bind(() => run(context, result));
    return runWithoutDeadline(() =>
      bounded ? runWithDeadline(new Deadline(due, this.saga.world.clock), call) : call(),
    );
  }

  #abort(reason: Error): void {
    if (this.#state !== 'running') return;
    this.#state = 'aborted';
    this.#reason = reason;
    this.saga.world.timers.arm(this, this.saga.world.clock.now() + graceMicros);
    this.#controller?.abort(reason);
  }

  #settle(ok: boolean, value: unknown): void {
    if (this.#state === 'over') return;
    // What is thrown because its signal has aborted says less than the reason of that.
    const outcome = ok ? value : (this.#reason ?? value);
    this.#end(ok ? undefined : outcome);
    this.saga.settled(this, ok, outcome);
  }

  #end(error: unknown): void {
    this.#state = 'over';
    this.saga.world.timers.disarm(this);
    this.#scope?.exit(error);
    this.#scope = undefined;
  }

  /** Called after its step, such as `order.reserve`, by which people tell operations apart. */
  #enter(): OperationScope | undefined {
    const { saga, undo } = this;
    const step = this.#definition.name;
    return enterOperation(`${saga.name}.${step}${undo ? ' (compensation)' : ''}`, {
      'holdfast.saga.name': saga.name,
      'holdfast.saga.step': step,
      'holdfast.saga.compensation': undo,
      'holdfast.saga.attempt': this.attempt,
      'holdfast.run.id': saga.id,
    });
  }

  #describe(): string {
    const { timeout } = this.action;
    const limit = timeout === undefined ? '' : ` (${formatMicros(timeout)} for an attempt)`;
    return `${this.undo ? 'The compensation of' : 'Step'} '${this.#definition.name}'${limit}`;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
