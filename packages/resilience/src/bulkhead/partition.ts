import { wholeNumber } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';
import type { AnyPolicy, EnterVerdict } from '../pipeline/policy.ts';
import type { Permits } from './permits.ts';
import { FullRejection, LateRejection, Place } from './place.ts';
import { priorityMax, WaitingLine } from './waiting-line.ts';

export interface PartitionLimits {
  /** Permits that only this partition takes. */
  readonly guaranteed: number;
  /** How many calls it may have inside, shared permits included. */
  readonly max: number;
  readonly maxQueue: number;
  /** Microseconds; Infinity when it does not limit the wait. */
  readonly queueTimeout: number;
}

/** When a call gives its permit back. */
export type Release = 'answered' | 'settled';

/** One compartment of a bulkhead: the calls inside, and those that wait to get in. */
export class Partition {
  inUse = 0;
  /** Its name among several; undefined when it is the only one. */
  readonly label: string | undefined;
  private readonly policy: AnyPolicy;
  private readonly permits: Permits;
  private limits: PartitionLimits;
  private readonly line = new WaitingLine<Place>();
  private readonly giveBack = (): void => {
    if (this.inUse > this.limits.guaranteed) this.permits.shared++;
    this.inUse--;
    this.permits.admitWaiting();
  };

  constructor(policy: AnyPolicy, permits: Permits, limits: PartitionLimits, label?: string) {
    this.policy = policy;
    this.permits = permits;
    this.limits = limits;
    this.label = label;
  }

  get queued(): number {
    return this.line.size;
  }

  get guaranteed(): number {
    return this.limits.guaranteed;
  }

  /** Whether one more call may be inside now. */
  get hasRoom(): boolean {
    const { guaranteed, max } = this.limits;
    return this.inUse < guaranteed || (this.inUse < max && this.permits.shared > 0);
  }

  /** Whoever sets it has to divide the permits anew. */
  setLimits(limits: PartitionLimits): void {
    this.limits = limits;
  }

  /** At a full queue a waiter that is less important gives way, and may be back before this goes on. */
  enter(execution: Execution, index: number): EnterVerdict {
    const priority = wholeNumber(execution.options.priority ?? 0, 'priority', 0, priorityMax);
    while (this.line.size > 0 || !this.hasRoom) {
      if (this.line.size < this.limits.maxQueue) return this.wait(execution, index, priority);
      if (!this.displaceFor(priority)) {
        execution.fail(new FullRejection(this.policy, this));
        return 'answered';
      }
    }
    this.take();
    return 'proceed';
  }

  release(execution: Execution, when: Release): void {
    if (when === 'settled') execution.whenWorkEnds(this.giveBack);
    else this.giveBack();
  }

  /** The most important waiter gets in. There has to be one, and room. */
  admitFirst(): void {
    const place = this.line.takeFirst()!;
    this.disarm(place);
    this.take();
    place.admit();
  }

  /** A waiter has waited for as long as it may. */
  expire(place: Place): void {
    this.remove(place);
    place.refuse(new LateRejection(this.policy, this, this.limits.queueTimeout));
  }

  remove(place: Place): void {
    this.line.leave(place);
    this.disarm(place);
  }

  private take(): void {
    this.inUse++;
    if (this.inUse > this.limits.guaranteed) this.permits.shared--;
  }

  private wait(execution: Execution, index: number, priority: number): EnterVerdict {
    const place = new Place(this, execution, index, priority);
    execution.keep(index, place);
    this.line.join(place);
    const { queueTimeout } = this.limits;
    if (queueTimeout !== Number.POSITIVE_INFINITY) {
      this.policy.world.timers.arm(place, execution.now + queueTimeout);
    }
    return 'waiting';
  }

  /** Refuses the newest of the least important waiters, if it is less important than `priority`. */
  private displaceFor(priority: number): boolean {
    const place = this.line.peekLast();
    if (place === undefined || place.priority <= priority) return false;
    this.remove(place);
    place.refuse(new FullRejection(this.policy, this));
    return true;
  }

  private disarm(place: Place): void {
    this.policy.world.timers.disarm(place);
  }
}
