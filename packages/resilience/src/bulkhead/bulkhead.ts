import { type Duration, platformWorld, toPositiveMicros, type World } from '@holdfast/core';
import { oneOf, wholeNumber } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { Partition, type PartitionLimits, type Release } from './partition.ts';
import { Permits } from './permits.ts';
import type { Place } from './place.ts';

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
  readonly release?: Release;
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
  private limits: PartitionLimits;
  private release: Release;
  private readonly permits = new Permits();
  private readonly inside: Partition;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: BulkheadOptions) {
    super(options.name ?? 'bulkhead', options.world ?? platformWorld());
    this.options = options;
    this.limits = limitsOf(options);
    this.release = releaseOf(options.release);
    this.inside = new Partition(this, this.permits, this.limits);
    this.permits.divide(this.limits.max, [this.inside]);
  }

  /** How many calls are inside. */
  get inUse(): number {
    return this.inside.inUse;
  }

  /** How many calls wait. */
  get queued(): number {
    return this.inside.queued;
  }

  override enter(execution: Execution, index: number): EnterVerdict {
    return this.inside.enter(execution, index);
  }

  override exit(execution: Execution): ExitVerdict {
    this.inside.release(execution, this.release);
    return 'pass';
  }

  override leave(execution: Execution, index: number): void {
    this.inside.remove(execution.kept(index) as Place);
  }

  /** Changes options while it runs; those left out stay. @throws HoldfastError INVALID_ARGUMENT, changing nothing. */
  reconfigure(changes: Partial<Omit<BulkheadOptions, 'name' | 'world'>>): void {
    const options = { ...this.options, ...changes };
    const limits = limitsOf(options);
    this.release = releaseOf(options.release);
    this.options = options;
    this.limits = limits;
    this.inside.setLimits(limits);
    this.permits.divide(limits.max, [this.inside]);
  }

  override get idle(): boolean {
    return this.inUse === 0 && this.queued === 0;
  }

  override describe(): PolicyDescription {
    return {
      ...transparent,
      kind: this.kind,
      name: this.name,
      waitMax: this.limits.maxQueue === 0 ? 0 : this.limits.queueTimeout,
      concurrencyMax: this.limits.max,
    };
  }
}

/** Limits how many calls are inside at once. See {@link Bulkhead}. */
export function bulkhead(options: BulkheadOptions): Bulkhead {
  return new Bulkhead(options);
}

/** The limits of a bulkhead that is one partition: all permits are its own. */
function limitsOf({ maxConcurrent, maxQueue, queueTimeout }: BulkheadOptions): PartitionLimits {
  const max = wholeNumber(maxConcurrent, 'maxConcurrent', 1);
  return {
    guaranteed: max,
    max,
    maxQueue: wholeNumber(maxQueue ?? 0, 'maxQueue', 0),
    queueTimeout: queueTimeoutOf(queueTimeout),
  };
}

export function queueTimeoutOf(queueTimeout: Duration | undefined): number {
  return queueTimeout === undefined
    ? Number.POSITIVE_INFINITY
    : toPositiveMicros(queueTimeout, 'queueTimeout');
}

export function releaseOf(release: Release = 'answered'): Release {
  return oneOf(release, 'release', ['answered', 'settled']);
}
