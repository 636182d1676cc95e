import { formatMicros } from '@holdfast/core';
import type { Execution } from '../pipeline/execution.ts';
import { type RejectingPolicy, Rejection, type RejectionFacts } from '../pipeline/rejection.ts';
import type { Partition } from './partition.ts';
import { Waiter } from './waiting-line.ts';

/** A call that waits to be let into a partition. */
export class Place extends Waiter {
  readonly partition: Partition;
  private readonly execution: Execution;
  private readonly index: number;

  constructor(partition: Partition, execution: Execution, index: number, priority: number) {
    super(priority);
    this.partition = partition;
    this.execution = execution;
    this.index = index;
  }

  override fire(): void {
    this.partition.expire(this);
  }

  admit(): void {
    this.execution.keep(this.index, this.partition);
    this.execution.proceed(this.index);
  }

  refuse(rejection: Rejection): void {
    this.execution.fail(rejection);
    this.execution.answer(this.index);
  }
}

/** What a refusal tells about the partition that refused. */
interface Occupancy {
  readonly label: string | undefined;
  readonly inUse: number;
  readonly queued: number;
}

abstract class OccupancyRejection extends Rejection {
  protected readonly inUse: number;
  protected readonly queued: number;
  private readonly label: string | undefined;

  constructor(policy: RejectingPolicy, { label, inUse, queued }: Occupancy) {
    super(policy);
    this.label = label;
    this.inUse = inUse;
    this.queued = queued;
  }

  override facts(): RejectionFacts {
    const facts = { inUse: this.inUse, queued: this.queued };
    return this.label === undefined ? facts : { partition: this.label, ...facts };
  }

  protected get where(): string {
    return this.label === undefined ? this.policy.name : `${this.policy.name}, partition ${this.label},`;
  }
}

export class FullRejection extends OccupancyRejection {
  override readonly code = 'BULKHEAD_FULL';

  override reason(): string {
    return `${this.where} is full: ${this.inUse} calls are inside and ${this.queued} wait; try later, or allow more`;
  }
}

export class LateRejection extends OccupancyRejection {
  override readonly code = 'QUEUE_TIMEOUT';
  private readonly limit: number;

  constructor(policy: RejectingPolicy, occupancy: Occupancy, limit: number) {
    super(policy, occupancy);
    this.limit = limit;
  }

  override reason(): string {
    return `${this.where} had no place within ${formatMicros(this.limit)}: ${this.inUse} calls are inside; try later, or allow more`;
  }

  override facts(): RejectionFacts {
    return { ...super.facts(), queueTimeout: this.limit / 1_000 };
  }
}
