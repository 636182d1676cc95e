import { type Duration, formatMicros, platformWorld, toPositiveMicros, type World } from '@holdfast/core';
import { oneOf, wholeNumber } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { type RejectingPolicy, Rejection, type RejectionFacts } from '../pipeline/rejection.ts';
import type { CapacityShare } from './capacity.ts';
import { priorityMax, Waiter, WaitingLine } from './waiting-line.ts';

export interface BulkheadOptions {
  /** Name in errors and events. Default `bulkhead`. */
  readonly name?: string;
  /** How many calls may be inside at once. */
  readonly maxConcurrent: number;
  /** How many calls may wait for a place. Default 0: refuse at once. */
  readonly maxQueue?: number;
  /** How long a call may wait for a place. Default: as long as its own limits allow. */
  readonly queueTimeout?: Duration;
  /**
   * When a place is free again: once the caller is `answered`, or once the work itself is `settled`, which a timeout
   * does not wait for. `settled` bounds the work that is really under way, and is for operations that heed their
   * signal: one that never ends holds its place for ever. Default `answered`.
   */
  readonly release?: 'answered' | 'settled';
  /** Its part of a capacity that several bulkheads share. See `partition`. */
  readonly share?: CapacityShare;
  readonly world?: World;
}

/**
 * Lets a limited number of calls inside at once, so that one slow dependency cannot take everything. Others wait
 * in a bounded queue, the most important first (`priority` of a call, whole numbers from 0 to 15), in order of
 * arrival among equals. At a full queue a more important call takes the place of the least important newcomer.
 */
export class Bulkhead extends Policy<'BULKHEAD_FULL' | 'QUEUE_TIMEOUT'> {
  override readonly kind = 'bulkhead';
  private options: BulkheadOptions;
  private maxConcurrent: number;
  private maxQueue: number;
  private queueTimeout: number;
  private readonly line = new WaitingLine<Place>();
  private used = 0;
  private admitting = false;
  private readonly share: CapacityShare | undefined;
  private readonly releaseOne = (): void => {
    this.used--;
    this.share?.give();
    if (this.line.size > 0) this.admitWaiting();
  };

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: BulkheadOptions) {
    super(options.name ?? 'bulkhead', options.world ?? platformWorld());
    [this.maxConcurrent, this.maxQueue, this.queueTimeout] = limitsOf(options);
    this.options = options;
    this.share = options.share;
    this.share?.join(this);
  }

  /** How many calls are inside. */
  get inUse(): number {
    return this.used;
  }

  /** How many calls wait. */
  get queued(): number {
    return this.line.size;
  }

  override enter(execution: Execution, index: number): EnterVerdict {
    const { priority = 0 } = execution.options;
    if (priority !== 0) wholeNumber(priority, 'priority', 0, priorityMax);
    if (this.line.size === 0 && this.hasRoom()) {
      this.take();
      return 'proceed';
    }
    const displaced = this.line.size < this.maxQueue ? undefined : this.displace(priority);
    if (this.line.size >= this.maxQueue) {
      execution.fail(new FullRejection(this, this.used, this.line.size));
      return 'answered';
    }
    const place = new Place(this, execution, index, priority);
    execution.keep(index, place);
    this.line.join(place);
    if (this.queueTimeout !== Number.POSITIVE_INFINITY) {
      this.world.timers.arm(place, execution.now + this.queueTimeout);
    }
    // Not before this call has its place: the one that is refused may come back at once.
    displaced?.refuse(new FullRejection(this, this.used, this.line.size));
    return 'waiting';
  }

  override exit(execution: Execution): ExitVerdict {
    if (this.options.release === 'settled') execution.whenWorkEnds(this.releaseOne);
    else this.releaseOne();
    return 'pass';
  }

  override leave(execution: Execution, index: number): void {
    this.remove(execution.kept(index) as Place);
  }

  /** A call has waited for as long as it may. For its place in the queue. */
  expire(place: Place): void {
    this.remove(place);
    place.refuse(new LateRejection(this, this.queueTimeout, this.used));
  }

  /** Changes options while it runs; those left out stay. @throws HoldfastError INVALID_ARGUMENT, changing nothing. */
  reconfigure(changes: Partial<Omit<BulkheadOptions, 'name' | 'share' | 'world'>>): void {
    const options = { ...this.options, ...changes };
    [this.maxConcurrent, this.maxQueue, this.queueTimeout] = limitsOf(options);
    this.options = options;
    this.admitWaiting();
  }

  override get idle(): boolean {
    return this.used === 0 && this.line.size === 0;
  }

  override condition(): PolicyCondition {
    const { maxConcurrent, maxQueue, queued, used: inUse } = this;
    return {
      alarming: queued >= maxQueue && !this.hasRoom(),
      figures: { inUse, maxConcurrent, queued, maxQueue },
    };
  }

  override describe(): PolicyDescription {
    return {
      ...transparent,
      kind: this.kind,
      name: this.name,
      waitMax: this.maxQueue === 0 ? 0 : this.queueTimeout,
      concurrencyMax: this.maxConcurrent,
    };
  }

  /**
   * Lets waiting calls in as far as there is room. A loop, not a recursion: a call that is admitted may end, and
   * release its place, before it returns.
   */
  admitWaiting(): void {
    if (this.admitting) return;
    this.admitting = true;
    while (this.line.size > 0 && this.hasRoom()) {
      const place = this.line.takeFirst()!;
      this.world.timers.disarm(place);
      this.take();
      place.admit();
    }
    this.admitting = false;
  }

  private hasRoom(): boolean {
    return this.used < this.maxConcurrent && this.share?.hasRoom() !== false;
  }

  private take(): void {
    this.used++;
    this.share?.take();
  }

  /** Takes the least important waiter out of the queue, if it is less important than `priority`. */
  private displace(priority: number): Place | undefined {
    const place = this.line.peekLast();
    if (place === undefined || place.priority <= priority) return undefined;
    this.remove(place);
    return place;
  }

  private remove(place: Place): void {
    this.line.leave(place);
    this.world.timers.disarm(place);
  }
}

/** Limits how many calls are inside at once. See {@link Bulkhead}. */
export function bulkhead(options: BulkheadOptions): Bulkhead {
  return new Bulkhead(options);
}

/** A call that waits to be let in. */
class Place extends Waiter {
  private readonly policy: Bulkhead;
  private readonly execution: Execution;
  private readonly index: number;

  constructor(policy: Bulkhead, execution: Execution, index: number, priority: number) {
    super(priority);
    this.policy = policy;
    this.execution = execution;
    this.index = index;
  }

  override fire(): void {
    this.policy.expire(this);
  }

  admit(): void {
    this.execution.proceed(this.index);
  }

  refuse(rejection: Rejection): void {
    this.execution.fail(rejection);
    this.execution.answer(this.index);
  }
}

class FullRejection extends Rejection {
  override readonly code = 'BULKHEAD_FULL';
  private readonly inUse: number;
  private readonly queued: number;

  constructor(policy: RejectingPolicy, inUse: number, queued: number) {
    super(policy);
    this.inUse = inUse;
    this.queued = queued;
  }

  override reason(): string {
    return `${this.policy.name} is full: ${this.inUse} calls are inside and ${this.queued} wait; try later, or allow more`;
  }

  override facts(): RejectionFacts {
    return { inUse: this.inUse, queued: this.queued };
  }
}

class LateRejection extends Rejection {
  override readonly code = 'QUEUE_TIMEOUT';
  private readonly limit: number;
  private readonly inUse: number;

  constructor(policy: RejectingPolicy, limit: number, inUse: number) {
    super(policy);
    this.limit = limit;
    this.inUse = inUse;
  }

  override reason(): string {
    return `${this.policy.name} had no place within ${formatMicros(this.limit)}: ${this.inUse} calls are inside; try later, or allow more`;
  }

  override facts(): RejectionFacts {
    return { queueTimeout: this.limit / 1_000, inUse: this.inUse };
  }
}

function limitsOf(options: BulkheadOptions): [maxConcurrent: number, maxQueue: number, queueTimeout: number] {
  oneOf(options.release ?? 'answered', 'release', ['answered', 'settled']);
  return [
    wholeNumber(options.maxConcurrent, 'maxConcurrent', 1),
    wholeNumber(options.maxQueue ?? 0, 'maxQueue', 0),
    options.queueTimeout === undefined
      ? Number.POSITIVE_INFINITY
      : toPositiveMicros(options.queueTimeout, 'queueTimeout'),
  ];
}
