import {
  type AbortSubscriber,
  type HoldfastError,
  offAbort,
  onAbort,
  Timer,
  toAbortError,
  type World,
} from '@holdfast/core';
import type { ReadOutcome } from '@holdfast/raft';
import { clusterErrors } from '../../errors.ts';
import type { RequestOptions } from '../cluster-member.ts';

/** What reads need of the member that they are asked of. */
export interface ReadPort {
  read(id: number): void;
  /** Something is to be done at the end of this turn. */
  touch(): void;
}

export interface ReadLimits {
  /** Reads that wait. */
  readonly reads: number;
  /** Microseconds. */
  readonly requestTimeout: number;
}

/** How long until a refused read is asked for again, in microseconds. */
const retryAfter = 20_000;
/** Microseconds after which a read has waited too long. */
const slowAfter = 100_000;

/**
 * Reads that want to see all that was committed when they were asked for. Those of one turn of the event loop share one
 * request to Raft; where that is refused, because there is no leader or another one, it is made again while anybody has
 * time left.
 */
export class ReadBarriers {
  readonly #port: ReadPort;
  readonly #world: World;
  readonly #limits: ReadLimits;
  readonly #refusing: (error: HoldfastError) => void;
  /** What this turn has gathered. */
  #gathering: Waiter[] = [];
  readonly #underWay = new Map<number, readonly Waiter[]>();
  readonly #retry: Retry;
  #refused: Waiter[] = [];
  #rounds = 0;
  /** Waiters that are kept, those who have stopped waiting among them. */
  #held = 0;
  #stoppedBy: unknown;
  /** How many reads had to wait too long. */
  slow = 0;
  /** How many were refused, or ran out of time. */
  failed = 0;

  /** `refusing` hears of each refusal. */
  constructor(
    port: ReadPort,
    world: World,
    limits: ReadLimits,
    refusing: (error: HoldfastError) => void = () => {},
  ) {
    this.#port = port;
    this.#world = world;
    this.#limits = limits;
    this.#refusing = refusing;
    this.#retry = new Retry(() => this.#askAgain());
  }

  /** @throws HoldfastError TOO_MANY_REQUESTS, REQUEST_TIMED_OUT, ABORTED. */
  barrier(options: RequestOptions | undefined): Promise<void> {
    if (this.#stoppedBy === undefined && this.#held >= this.#limits.reads) {
      this.failed++;
      const error = clusterErrors.create('TOO_MANY_REQUESTS', { message: `${this.#held} reads are waiting` });
      this.#refusing(error);
      return Promise.reject(error);
    }
    return this.confirm(options);
  }

  /** The same for what the member does of itself, which is bounded elsewhere. */
  confirm(options?: RequestOptions): Promise<void> {
    if (this.#stoppedBy !== undefined) return Promise.reject(this.#stoppedBy);
    const signal = options?.signal;
    if (signal?.aborted === true) return Promise.reject(toAbortError(signal.reason, 'read'));
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(this, this.#world, signal, resolve, reject);
      const { requestTimeout } = this.#limits;
      this.#world.timers.arm(waiter, this.#world.clock.now() + (options?.timeout ?? requestTimeout));
      if (signal !== undefined) onAbort(signal, waiter);
      this.#held++;
      this.#gathering.push(waiter);
      if (this.#gathering.length === 1) this.#port.touch();
    });
  }

  /** Asks for what has gathered. */
  flush(): void {
    if (this.#gathering.length === 0) return;
    const waiters = this.#gathering;
    this.#gathering = [];
    const id = ++this.#rounds;
    this.#underWay.set(id, waiters);
    this.#port.read(id);
  }

  answered(outcome: ReadOutcome): void {
    const waiters = this.#underWay.get(outcome.id);
    if (waiters === undefined) return;
    this.#underWay.delete(outcome.id);
    if (outcome.outcome === 'ready') {
      const slowBefore = this.#world.clock.now() - slowAfter;
      this.#held -= waiters.length;
      for (const waiter of waiters) {
        if (waiter.askedAt < slowBefore) this.slow++;
        waiter.ready();
      }
      return;
    }
    this.#refused.push(...this.#waiting(waiters));
    if (this.#refused.length > 0 && !this.#retry.armed) {
      this.#world.timers.arm(this.#retry, this.#world.clock.now() + retryAfter);
    }
  }

  stop(error: unknown): void {
    this.#stoppedBy = error;
    this.#world.timers.disarm(this.#retry);
    for (const waiters of [this.#gathering, this.#refused, ...this.#underWay.values()]) {
      for (const waiter of waiters) waiter.fail(error);
    }
    this.#gathering = [];
    this.#refused = [];
    this.#underWay.clear();
    this.#held = 0;
  }

  #askAgain(): void {
    this.#gathering.push(...this.#waiting(this.#refused));
    this.#refused = [];
    this.#port.touch();
  }

  /** Those who still wait: the others are let go of. */
  #waiting(waiters: readonly Waiter[]): readonly Waiter[] {
    const waiting = waiters.filter(({ done }) => !done);
    this.#held -= waiters.length - waiting.length;
    return waiting;
  }
}

/** One who waits for a read, with a time limit of its own. */
class Waiter extends Timer implements AbortSubscriber {
  abortSlot = -1;
  done = false;
  readonly askedAt: number;
  readonly #barriers: ReadBarriers;
  readonly #world: World;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    barriers: ReadBarriers,
    world: World,
    signal: AbortSignal | undefined,
    resolve: () => void,
    reject: (error: unknown) => void,
  ) {
    super();
    this.#barriers = barriers;
    this.#world = world;
    this.askedAt = world.clock.now();
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  override fire(): void {
    this.#barriers.failed++;
    this.fail(
      clusterErrors.create('REQUEST_TIMED_OUT', {
        message: 'no majority confirmed the read in time',
        executed: 'no',
        retryable: 'safe',
      }),
    );
  }

  onAbort(reason: unknown): void {
    this.fail(toAbortError(reason, 'read'));
  }

  ready(): void {
    if (this.#end()) this.#resolve();
  }

  fail(error: unknown): void {
    if (this.#end()) this.#reject(error);
  }

  #end(): boolean {
    if (this.done) return false;
    this.done = true;
    this.#world.timers.disarm(this);
    if (this.#signal !== undefined) offAbort(this.#signal, this);
    return true;
  }
}

class Retry extends Timer {
  readonly #run: () => void;

  constructor(run: () => void) {
    super();
    this.#run = run;
  }

  override fire(): void {
    this.#run();
  }
}
