import { type AbortSubscriber, offAbort, onAbort, Timer, toAbortError, type World } from '@holdfast/core';
import type { ReadOutcome } from '@holdfast/raft';
import { clusterErrors } from '../../errors.ts';
import type { RequestOptions } from '../cluster-member.ts';

/** What reads need of the member that they are asked of. */
export interface ReadPort {
  read(id: number): void;
  /** Something is to be done at the end of this turn. */
  touch(): void;
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
  readonly #requestTimeout: number;
  /** What this turn has gathered. */
  #gathering: Waiter[] = [];
  readonly #underWay = new Map<number, readonly Waiter[]>();
  readonly #retry: Retry;
  #refused: Waiter[] = [];
  #reads = 0;
  #stoppedBy: unknown;
  /** How many reads had to wait too long. */
  slow = 0;

  constructor(port: ReadPort, world: World, requestTimeout: number) {
    this.#port = port;
    this.#world = world;
    this.#requestTimeout = requestTimeout;
    this.#retry = new Retry(() => this.#askAgain());
  }

  barrier(options: RequestOptions | undefined): Promise<void> {
    if (this.#stoppedBy !== undefined) return Promise.reject(this.#stoppedBy);
    const signal = options?.signal;
    if (signal?.aborted === true) return Promise.reject(toAbortError(signal.reason, 'read'));
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(this.#world, signal, resolve, reject);
      this.#world.timers.arm(waiter, this.#world.clock.now() + (options?.timeout ?? this.#requestTimeout));
      if (signal !== undefined) onAbort(signal, waiter);
      this.#gathering.push(waiter);
      if (this.#gathering.length === 1) this.#port.touch();
    });
  }

  /** Asks for what has gathered. */
  flush(): void {
    if (this.#gathering.length === 0) return;
    const waiters = this.#gathering;
    this.#gathering = [];
    const id = ++this.#reads;
    this.#underWay.set(id, waiters);
    this.#port.read(id);
  }

  answered(outcome: ReadOutcome): void {
    const waiters = this.#underWay.get(outcome.id);
    if (waiters === undefined) return;
    this.#underWay.delete(outcome.id);
    if (outcome.outcome === 'ready') {
      const slowBefore = this.#world.clock.now() - slowAfter;
      for (const waiter of waiters) {
        if (waiter.askedAt < slowBefore) this.slow++;
        waiter.ready();
      }
      return;
    }
    for (const waiter of waiters) if (!waiter.done) this.#refused.push(waiter);
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
  }

  #askAgain(): void {
    for (const waiter of this.#refused) if (!waiter.done) this.#gathering.push(waiter);
    this.#refused = [];
    this.#port.touch();
  }
}

/** One who waits for a read, with a time limit of its own. */
class Waiter extends Timer implements AbortSubscriber {
  abortSlot = -1;
  done = false;
  readonly askedAt: number;
  readonly #world: World;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    world: World,
    signal: AbortSignal | undefined,
    resolve: () => void,
    reject: (error: unknown) => void,
  ) {
    super();
    this.#world = world;
    this.askedAt = world.clock.now();
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  override fire(): void {
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
