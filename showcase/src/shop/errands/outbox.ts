import { runWithoutDeadline } from '@holdfast/core';
import type { Stack } from '../../stack/stack.ts';
import type { ServiceName } from '../services.ts';
import { type Errand, errandCall, errandTarget } from './errand.ts';

/** Errands on their way at the same time, for each service they go to. */
const carriers = 4;
const restMillisMin = 50;
const restMillisMax = 1_000;

/** Beyond this no order is accepted any more: what cannot be carried out must not be promised. */
export const errandsMax = 100_000;

/**
 * Carries errands out, trying again until they are acknowledged. It holds them in memory: writing them down
 * first, and striking them off when `delivered` is called, is up to its owner.
 */
export class Outbox {
  private readonly stack: Stack;
  private readonly delivered: (errand: Errand) => void;
  private readonly queues = new Map<ServiceName, Queue>();

  constructor(stack: Stack, delivered: (errand: Errand) => void) {
    this.stack = stack;
    this.delivered = delivered;
  }

  get size(): number {
    let size = 0;
    for (const queue of this.queues.values()) size += queue.waiting.length + queue.carried;
    return size;
  }

  add(errand: Errand): void {
    const target = errandTarget[errand.kind];
    const queue = this.queueFor(target);
    queue.waiting.push(errand);
    // A carrier outlives the order whose errand set it off, and carries others': that order's deadline is not theirs.
    if (queue.carriers < carriers) void runWithoutDeadline(() => this.carry(target, queue));
  }

  private queueFor(target: ServiceName): Queue {
    const known = this.queues.get(target);
    if (known !== undefined) return known;
    const queue = { waiting: [], carried: 0, carriers: 0, restMillis: 0 };
    this.queues.set(target, queue);
    return queue;
  }

  /** One carrier's round: it ends when nothing is waiting. After a failure all carriers to that service rest. */
  private async carry(target: ServiceName, queue: Queue): Promise<void> {
    queue.carriers++;
    for (let errand = queue.waiting.shift(); errand !== undefined; errand = queue.waiting.shift()) {
      queue.carried++;
      try {
        await this.stack.remote(target).request(errandCall(errand));
        this.delivered(errand);
        queue.restMillis = 0;
      } catch {
        // Not lost: it waits again, and the stack has counted the failure.
        queue.waiting.push(errand);
        queue.restMillis = Math.min(Math.max(queue.restMillis * 2, restMillisMin), restMillisMax);
      }
      queue.carried--;
      if (queue.restMillis > 0) await new Promise((resolve) => setTimeout(resolve, queue.restMillis));
    }
    queue.carriers--;
  }
}

interface Queue {
  readonly waiting: Errand[];
  carried: number;
  carriers: number;
  restMillis: number;
}
