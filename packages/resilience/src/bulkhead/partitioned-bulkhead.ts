import { type Duration, invalidArgument, platformWorld, type World } from '@holdfast/core';
import { resilienceErrors } from '../errors.ts';
import { wholeNumber } from '../options.ts';
import type { CallOptions } from '../pipeline/call-options.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { queueTimeoutOf, releaseOf } from './bulkhead.ts';
import { Partition, type PartitionLimits, type Release } from './partition.ts';
import { Permits } from './permits.ts';
import type { Place } from './place.ts';

export interface PartitionOptions {
  /** How many calls it may always have inside, whatever the other partitions do. 0 makes it live on shared permits. */
  readonly guaranteed: number;
  /** How many it may have inside at most, drawing shared permits. Default: `guaranteed`, a fixed partition. */
  readonly max?: number;
  /** How many calls may wait for a place. Default 0: refuse at once. */
  readonly maxQueue?: number;
}

export interface PartitionedBulkheadOptions {
  /** Name in errors and events. Default `partitioned-bulkhead`. */
  readonly name?: string;
  /** How many calls may be inside at once, all partitions together. */
  readonly total: number;
  readonly partitions: Readonly<Record<string, PartitionOptions>>;
  /** The partition of a call. Default: its `key`. */
  readonly partitionOf?: (options: CallOptions) => string | undefined;
  /** How long a call may wait for a place. Default: as long as its own limits allow. */
  readonly queueTimeout?: Duration;
  /** When a place is free again, as for a bulkhead. Default `answered`. */
  readonly release?: Release;
  readonly world?: World;
}

/**
 * A bulkhead divided into partitions, so that calls of one sort (a dependency, a tenant) cannot starve the others.
 * What the guarantees leave of the total is shared: a partition draws from it above its own guarantee and up to
 * its `max`. Nothing guaranteed is ever lent, so a partition below its guarantee gets in at once. Waiters of
 * one partition are served by priority as in a bulkhead; shared permits go round the partitions that wait.
 */
export class PartitionedBulkhead extends Policy<'BULKHEAD_FULL' | 'QUEUE_TIMEOUT' | 'KEY_REQUIRED'> {
  override readonly kind = 'partitioned-bulkhead';
  private readonly permits = new Permits();
  private readonly partitions = new Map<string, Partition>();
  private readonly partitionOf: (options: CallOptions) => string | undefined;
  private readonly release: Release;
  private readonly queueTimeout: number;
  private options: Pick<PartitionedBulkheadOptions, 'total' | 'partitions'>;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: PartitionedBulkheadOptions) {
    super(options.name ?? 'partitioned-bulkhead', options.world ?? platformWorld());
    this.options = options;
    this.partitionOf = options.partitionOf ?? keyOf;
    this.release = releaseOf(options.release);
    this.queueTimeout = queueTimeoutOf(options.queueTimeout);
    for (const [label, limits] of limitsOf(options, this.queueTimeout)) {
      this.partitions.set(label, new Partition(this, this.permits, limits, label));
    }
    this.permits.divide(options.total, [...this.partitions.values()]);
  }

  /** How many calls are inside: of one partition, or of all. */
  inUse(partition?: string): number {
    return this.sum(partition, ({ inUse }) => inUse);
  }

  /** How many calls wait: for one partition, or for all. */
  queued(partition?: string): number {
    return this.sum(partition, ({ queued }) => queued);
  }

  override enter(execution: Execution, index: number): EnterVerdict {
    const partition = this.partitionFor(execution.options);
    execution.keep(index, partition);
    return partition.enter(execution, index);
  }

  override exit(execution: Execution, index: number): ExitVerdict {
    (execution.kept(index) as Partition).release(execution, this.release);
    return 'pass';
  }

  override leave(execution: Execution, index: number): void {
    const place = execution.kept(index) as Place;
    place.partition.remove(place);
  }

  /**
   * Divides the permits anew while it runs; partitions left out stay as they are. Calls inside stay inside: a
   * partition that shrinks gives permits up as its calls leave, and guarantees hold again once they have.
   *
   * @throws HoldfastError INVALID_ARGUMENT, changing nothing; partitions cannot be added.
   */
  reconfigure(changes: Partial<Pick<PartitionedBulkheadOptions, 'total' | 'partitions'>>): void {
    const options = {
      total: changes.total ?? this.options.total,
      partitions: { ...this.options.partitions, ...changes.partitions },
    };
    for (const label of Object.keys(options.partitions)) this.known(label, 'partitions');
    const limits = limitsOf(options, this.queueTimeout);
    this.options = options;
    for (const [label, each] of limits) this.partitions.get(label)!.setLimits(each);
    this.permits.divide(options.total, [...this.partitions.values()]);
  }

  override get idle(): boolean {
    return this.inUse() === 0 && this.queued() === 0;
  }

  override describe(): PolicyDescription {
    const waits = Object.values(this.options.partitions).some(({ maxQueue = 0 }) => maxQueue > 0);
    return {
      ...transparent,
      kind: this.kind,
      name: this.name,
      waitMax: waits ? this.queueTimeout : 0,
      concurrencyMax: this.options.total,
    };
  }

  private partitionFor(options: CallOptions): Partition {
    const label = this.partitionOf(options);
    if (label !== undefined) return this.known(label, 'partition');
    throw resilienceErrors.create('KEY_REQUIRED', {
      message: `${this.name} has a place for each partition: pass the call a { key } with one of ${this.labels()}`,
      origin: { component: this.name },
    });
  }

  private known(label: string, field: string): Partition {
    const partition = this.partitions.get(label);
    if (partition === undefined) throw invalidArgument(field, label, `one of ${this.labels()}`);
    return partition;
  }

  private labels(): string {
    return [...this.partitions.keys()].join(', ');
  }

  private sum(label: string | undefined, count: (partition: Partition) => number): number {
    if (label !== undefined) return count(this.known(label, 'partition'));
    let sum = 0;
    for (const partition of this.partitions.values()) sum += count(partition);
    return sum;
  }
}

/** Divides a limited number of places among partitions. See {@link PartitionedBulkhead}. */
export function partitionedBulkhead(options: PartitionedBulkheadOptions): PartitionedBulkhead {
  return new PartitionedBulkhead(options);
}

function keyOf({ key }: CallOptions): string | undefined {
  return key;
}

function limitsOf(
  { total, partitions }: Pick<PartitionedBulkheadOptions, 'total' | 'partitions'>,
  queueTimeout: number,
): Map<string, PartitionLimits> {
  wholeNumber(total, 'total', 1);
  const limits = new Map<string, PartitionLimits>();
  let guaranteedInAll = 0;
  for (const [label, options] of Object.entries(partitions)) {
    const field = `partitions.${label}`;
    const guaranteed = wholeNumber(options.guaranteed, `${field}.guaranteed`, 0, total);
    limits.set(label, {
      guaranteed,
      max: wholeNumber(options.max ?? guaranteed, `${field}.max`, Math.max(1, guaranteed), total),
      maxQueue: wholeNumber(options.maxQueue ?? 0, `${field}.maxQueue`, 0),
      queueTimeout,
    });
    guaranteedInAll += guaranteed;
  }
  if (limits.size === 0)
    throw invalidArgument('partitions', partitions, 'an object with at least one partition');
  if (guaranteedInAll > total) {
    throw invalidArgument('total', total, `at least the sum of all guarantees, ${guaranteedInAll}`);
  }
  for (const [label, { guaranteed }] of limits) {
    if (guaranteed > 0 || guaranteedInAll < total) continue;
    throw invalidArgument(
      `partitions.${label}.guaranteed`,
      guaranteed,
      'at least 1 where total leaves nothing to share',
    );
  }
  return limits;
}
