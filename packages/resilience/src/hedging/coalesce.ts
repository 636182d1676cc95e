import { coreErrors, platformWorld, type World } from '@holdfast/core';
import { wholeNumber } from '../options.ts';
import type { Execution, SettledListener } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';

export interface CoalesceOptions {
  /** Name in telemetry. Default `coalesce`. */
  readonly name?: string;
  /** How many keys may be under way at once; calls beyond that run by themselves. Default 10,000. */
  readonly maxKeys?: number;
  readonly world?: World;
}

/**
 * Calls with the same `key` at the same time share one run of what is inside, and its outcome. It is aborted only
 * when none of them waits for it any longer, and has none of their deadlines. A call without a key runs by itself.
 * For reads: every caller gets the same value. An operation must not wait for a call with its own key, which would
 * wait for the operation; a time-out inside ends even that.
 */
export class Coalesce extends Policy {
  override readonly kind = 'coalesce';
  override readonly interrupts = true;
  private readonly maxKeys: number;
  private readonly flights = new Map<string, Flight>();

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: CoalesceOptions = {}) {
    super(options.name ?? 'coalesce', options.world ?? platformWorld());
    this.maxKeys = wholeNumber(options.maxKeys ?? 10_000, 'maxKeys', 1);
  }

  override enter(execution: Execution, index: number): EnterVerdict {
    const { key } = execution.options;
    if (key === undefined) return 'proceed';
    const flying = this.flights.get(key);
    if (flying !== undefined) {
      execution.keep(index, flying);
      flying.board(execution, index);
      return 'waiting';
    }
    if (this.flights.size >= this.maxKeys) return 'proceed';
    const flight = new Flight(() => {
      if (this.flights.get(key) === flight) this.flights.delete(key);
    });
    if (flight.take(execution, index)) return 'answered';
    execution.keep(index, flight);
    this.flights.set(key, flight);
    return 'waiting';
  }

  /** Only calls that run by themselves come out this way. */
  override exit(): ExitVerdict {
    return 'pass';
  }

  override leave(execution: Execution, index: number): void {
    (execution.kept(index) as Flight).alight(execution);
  }

  override get idle(): boolean {
    return this.flights.size === 0;
  }

  override condition(): PolicyCondition {
    return { alarming: false, figures: { underWay: this.flights.size } };
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name };
  }
}

/** Lets calls with the same key share one run. See {@link Coalesce}. */
export function coalesce(options?: CoalesceOptions): Coalesce {
  return new Coalesce(options);
}

/** One shared run, and the calls that wait for it, each with the index of its layer. */
class Flight implements SettledListener {
  private readonly waiting = new Map<Execution, number>();
  private readonly onEnd: () => void;
  private run: Execution | undefined = undefined;

  constructor(onEnd: () => void) {
    this.onEnd = onEnd;
  }

  /** Starts the run with `execution` as its first call. Returns whether it is over already. */
  take(execution: Execution, index: number): boolean {
    const run = execution.startShared(index);
    if (run.settled) {
      execution.adopt(run);
      return true;
    }
    this.run = run;
    this.board(execution, index);
    run.whenSettled(this);
    return false;
  }

  board(execution: Execution, index: number): void {
    this.waiting.set(execution, index);
  }

  /** A call gives up waiting; with the last one, the run is aborted. */
  alight(execution: Execution): void {
    this.waiting.delete(execution);
    if (this.waiting.size > 0) return;
    this.onEnd();
    this.run?.cancel(
      coreErrors.create('ABORTED', { message: 'every call that shared this run has given up', stack: false }),
    );
  }

  /** The run has ended. */
  settled(run: Execution): void {
    this.onEnd();
    for (const [execution, index] of this.waiting) {
      execution.adopt(run);
      execution.answer(index);
    }
    this.waiting.clear();
  }
}
